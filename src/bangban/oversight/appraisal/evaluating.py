"""The evaluation sheet of the hotline itself 自评: a tree of indicators with targets, computed from data (GB33358-7.1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from django.db import connection

from bangban.foundation.clocks.zones import start_of_day
from bangban.oversight.appraisal.schemes import in_force
from bangban.oversight.appraisal.terms import Subject
from bangban.oversight.reports.content import Value
from bangban.oversight.reports.figures import calls
from bangban.oversight.reports.figures.counting import Scope, amounts
from bangban.oversight.reports.figures.measures import BY_CODE, COHORTS
from bangban.oversight.reports.periods import Span

# Messages answered in their time: 3 minutes for SMS and media, 24 hours for the mailbox (GB33358-5.1.2.3).
MESSAGES = """
SELECT count(*) FILTER (WHERE m.breached_at IS NULL
    AND m.due_at >= least(coalesce(m.stopped_at, %(cut)s), %(cut)s)), count(*)
FROM hotline_workorder o JOIN clocks_clock m ON m.record_id = o.id AND m.code IN ('sms_response', 'mailbox_response')
WHERE o.center_id = %(center)s AND o.received_at >= %(start)s AND o.received_at < %(end)s
"""
RESPONSE = ("response", "短信、信箱按时响应率", "本期短信3分钟内、信箱24小时内响应的，占本期收到的短信和信箱诉求。")
CALLS = ("in_15", "connection")


class Indicator(msgspec.Struct, frozen=True):
    """One line of the sheet: value in per cent with its parts, target, weight, and where the figure comes from."""

    group: str
    code: str
    label: str
    target: float
    weight: float
    amount: float | None
    part: int
    whole: int
    source: str

    @property
    def met(self) -> bool | None:
        """Tell whether the target is reached; None without data, which never counts as reached."""
        return None if self.amount is None else self.amount >= self.target


class Evaluation(msgspec.Struct, frozen=True):
    """The sheet of a period; `score` is the weighted share of the targets that was reached, 0 to 100."""

    first: date
    last: date
    counted_at: datetime
    score: float | None
    indicators: tuple[Indicator, ...]

    def missed(self) -> tuple[Indicator, ...]:
        """Return the indicators below their target."""
        return tuple(one for one in self.indicators if one.met is False)


def known_indicators() -> dict[str, str]:
    """Return every indicator that a tree may hold, with its name: shares that reports define, and the responses."""
    telephone = {code: label for code, label, _ in calls.NAMED if code in CALLS}
    orders = {one.code: one.label for one in BY_CODE.values() if one.whole}
    return {**telephone, RESPONSE[0]: RESPONSE[1], **orders}


def evaluate(center_id: int, first: date, last: date, cut: datetime) -> Evaluation:
    """Compute the sheet of some days by the tree in force."""
    tree = in_force(center_id, Subject.SELF)
    values = _values(center_id, Span(first, last), cut, {row["code"] for row in tree})
    names = known_indicators()
    lines = tuple(
        Indicator(
            row["group"], row["code"], names[row["code"]], row["target"], row["weight"], values[row["code"]].amount,
            values[row["code"]].part, values[row["code"]].whole, _source(row["code"]),
        )
        for row in tree
    )  # fmt: skip
    return Evaluation(first, last, cut, score_of(lines), lines)


def score_of(lines: Iterable[Indicator]) -> float | None:
    """Return the score over the indicators with data; None when none has any."""
    known = [one for one in lines if one.amount is not None]
    weight = sum(one.weight for one in known)
    if not weight:
        return None
    return round(100 * sum(one.weight * min(1.0, (one.amount or 0) / one.target) for one in known) / weight, 2)


def one_value(center_id: int, code: str, first: date, last: date, cut: datetime) -> dict[str, object]:
    """Return one indicator over some days as plans keep it."""
    found = _values(center_id, Span(first, last), cut, {code})[code]
    return {
        "first": first.isoformat(), "last": last.isoformat(), "amount": found.amount, "part": found.part,
        "whole": found.whole,
    }  # fmt: skip


def _values(center_id: int, span: Span, cut: datetime, codes: set[str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    scope = Scope(center_id, span, cut)
    for cohort in COHORTS:
        wanted = [one for code, one in BY_CODE.items() if code in codes and one.cohort == cohort]
        found |= amounts(wanted, scope) if wanted else {}
    if codes & set(CALLS):
        found |= calls.amounts(center_id, span)
    if RESPONSE[0] in codes:
        found[RESPONSE[0]] = _responses(center_id, span, cut)
    return found


def _responses(center_id: int, span: Span, cut: datetime) -> Value:
    values: dict[str, Any] = {
        "center": center_id, "cut": cut, "start": start_of_day(span.first),
        "end": start_of_day(span.last + timedelta(days=1)),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(MESSAGES, values)
        part, whole = cursor.fetchone()
    return Value(round(100 * part / whole, 2) if whole else None, part, whole)


def _source(code: str) -> str:
    if code in CALLS:
        return f"话务分钟统计：{calls.MEANINGS[code]}"
    if code == RESPONSE[0]:
        return f"响应时限计时：{RESPONSE[2]}"
    return f"{COHORTS[BY_CODE[code].cohort].label}：{BY_CODE[code].meaning}"
