"""The first statistics: closed and looped, response times, channels, stages, advisers (T637-8.5-a, BJ-7.2-b)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from bangban.foundation.access.actors import CHANNELS, Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete
from bangban.oversight.analysis.counter import consultations
from bangban.oversight.analysis.periods import ZONE
from bangban.oversight.analysis.periods import edges as _edges
from bangban.oversight.analysis.periods import rows as _rows
from bangban.oversight.evaluation.reads import satisfaction
from bangban.registry.org.reads import place, tree
from bangban.services.cases.flow import STATES
from bangban.services.cases.models import Complexity, Outcome, Stage

LONGEST_DAYS = 366


def report(actor: Actor, name: str, first: str = "", last: str = "") -> dict[str, Any]:
    """Return one report over the units that the actor looks after, for a range of local days (default: 30 days)."""
    begin, end = _period(first, last)
    units = sorted(actor.subtree) or sorted(tree().by_id)
    return {"report": name, "from": begin.isoformat(), "to": end.isoformat(), **REPORTS[name](units, begin, end)}


def _period(first: str, last: str) -> tuple[date, date]:
    today = now().astimezone(ZONE).date()
    try:
        end = date.fromisoformat(last) if last else today
        begin = date.fromisoformat(first) if first else end - timedelta(days=29)
    except ValueError as error:
        raise Incomplete("日期格式应为 2026-11-22。", fields={"from": "日期格式应为 2026-11-22。"}) from error
    if begin > end or (end - begin).days > LONGEST_DAYS:
        raise Incomplete(
            "开始日期应不晚于结束日期，最长一年。", fields={"from": "开始日期应不晚于结束日期，最长一年。"}
        )
    return begin, end


def share(part: int, whole: int) -> float | None:
    """Return a share, None when there is nothing to divide by."""
    return part / whole if whole else None


def overview(units: list[int], begin: date, end: date) -> dict[str, Any]:
    """Opened, closed and looped cases; 结案 and 闭环 are two rates over the cases opened in the period."""
    (row,) = _rows(
        """
        SELECT count(*) AS opened,
               count(*) FILTER (WHERE closed_at IS NOT NULL) AS closed,
               count(*) FILTER (WHERE loop_closed_at IS NOT NULL) AS looped,
               count(*) FILTER (WHERE closed_at IS NOT NULL AND loop_closed_at IS NULL) AS closed_not_looped,
               count(*) FILTER (WHERE close_reason = 'self_solved') AS self_solved,
               count(*) FILTER (WHERE state = 'withdrawn') AS withdrawn,
               count(*) FILTER (WHERE round > 1) AS more_than_one_round,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_reply_at - created_at)) AS reply_median_s,
               percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM first_reply_at - created_at)) AS reply_p90_s
        FROM cases_case WHERE unit_id = ANY(%s) AND created_at >= %s AND created_at < %s
        """,
        [units, *_edges(begin, end)],
    )
    rated = satisfaction(units, begin, end)
    return {
        **row,
        "close_rate": share(row["closed"], row["opened"]),
        "loop_rate": share(row["looped"], row["opened"]),
        "invited": rated.invited,
        "rated": rated.rated,
        "grades": rated.counts,
        "positive_rate": rated.positive_rate,
        "coverage": rated.coverage,
    }


def _by(column: str, labels: dict[str, str]) -> Callable[[list[int], date, date], dict[str, Any]]:
    def grouped(units: list[int], begin: date, end: date) -> dict[str, Any]:
        found = _rows(
            f"SELECT {column} AS code, count(*) AS cases, count(closed_at) AS closed, count(loop_closed_at) AS looped"
            " FROM cases_case WHERE unit_id = ANY(%s) AND created_at >= %s AND created_at < %s"
            " GROUP BY 1 ORDER BY 2 DESC, 1",
            [units, *_edges(begin, end)],
        )
        return {"rows": [{**row, "label": labels.get(row["code"], row["code"] or "未判断")} for row in found]}

    return grouped


def by_day(units: list[int], begin: date, end: date) -> dict[str, Any]:
    """Opened, closed and looped cases of each local day; days without cases are there with zeros."""
    found = _rows(
        """
        SELECT (d AT TIME ZONE 'Asia/Shanghai')::date AS day,
               (SELECT count(*) FROM cases_case WHERE unit_id = ANY(%s) AND created_at >= d AND created_at < d + interval '1 day') AS opened,
               (SELECT count(*) FROM cases_case WHERE unit_id = ANY(%s) AND closed_at >= d AND closed_at < d + interval '1 day') AS closed,
               (SELECT count(*) FROM cases_case WHERE unit_id = ANY(%s) AND loop_closed_at >= d AND loop_closed_at < d + interval '1 day') AS looped
        FROM generate_series(%s::timestamptz, %s::timestamptz - interval '1 day', interval '1 day') AS d ORDER BY 1
        """,
        [units, units, units, *_edges(begin, end)],
    )
    return {"rows": [{**row, "day": row["day"].isoformat()} for row in found]}


def by_unit(units: list[int], begin: date, end: date) -> dict[str, Any]:
    """Cases by the body that works on them, lower levels included (BJ-7.3-b)."""
    found = _rows(
        "SELECT unit_id AS code, count(*) AS cases, count(closed_at) AS closed, count(loop_closed_at) AS looped"
        " FROM cases_case WHERE unit_id = ANY(%s) AND created_at >= %s AND created_at < %s GROUP BY 1 ORDER BY 2 DESC",
        [units, *_edges(begin, end)],
    )
    return {"rows": [{**row, "label": body.name if (body := place(row["code"])) else "—"} for row in found]}


def advisers(units: list[int], begin: date, end: date) -> dict[str, Any]:
    """How fast each department's advisers answered (响应度, BJ-7.2-b)."""
    found = _rows(
        """
        SELECT h.to_unit_id AS code, count(*) AS asked, count(*) FILTER (WHERE h.answer = 'accepted') AS answered,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM h.answered_at - h.offered_at))
                 FILTER (WHERE h.answer = 'accepted') AS median_s
        FROM handover_handover h JOIN cases_case c ON c.id = h.record_id
        WHERE h.kind = 'advice' AND c.unit_id = ANY(%s) AND h.offered_at >= %s AND h.offered_at < %s
        GROUP BY 1 ORDER BY 2 DESC
        """,
        [units, *_edges(begin, end)],
    )
    return {"rows": [{**row, "label": body.name if (body := place(row["code"])) else "—"} for row in found]}


ANSWERED = """
FROM conversation_message m JOIN cases_case c ON c.id = m.record_id
WHERE m.kind IN ('answer', 'opinion') AND m.party IN ('staff', 'adviser') AND NOT m.internal
  AND c.unit_id = ANY(%s) AND m.at >= %s AND m.at < %s
"""
REVIEWED = 200


def answers(units: list[int], begin: date, end: date) -> dict[str, Any]:
    """How many answers of each specialist quote the knowledge base, how many are own wording (BJ-7.1-c, BJ-2-a)."""
    found = _rows(
        "SELECT m.author_id AS code, max(m.author_name) AS label, count(*) AS answers,"
        " count(*) FILTER (WHERE m.data ? 'own_wording') AS own_wording"
        f" {ANSWERED} GROUP BY 1 ORDER BY 3 DESC, 1",
        [units, *_edges(begin, end)],
    )
    rows = [
        {
            **row,
            "standard": row["answers"] - row["own_wording"],
            "standard_rate": share(row["answers"] - row["own_wording"], row["answers"]),
        }
        for row in found
    ]
    everything, own = sum(row["answers"] for row in rows), sum(row["own_wording"] for row in rows)
    return {"rows": rows, "answers": everything, "own_wording_share": share(own, everything)}


def own_wording(units: list[int], begin: date, end: date) -> dict[str, Any]:
    """Where answers in own words are found, the latest first, to be reviewed; at most 200 (BJ-2-a)."""
    found = _rows(
        "SELECT c.number, m.position, m.author_name AS label, m.at"
        f" {ANSWERED} AND m.data ? 'own_wording' ORDER BY m.at DESC LIMIT {REVIEWED}",
        [units, *_edges(begin, end)],
    )
    return {"rows": [{**row, "at": row["at"].isoformat()} for row in found]}


REPORTS: dict[str, Callable[[list[int], date, date], dict[str, Any]]] = {
    "overview": overview,
    "days": by_day,
    "consultations": consultations,
    "channels": _by("channel", CHANNELS),
    "states": _by("state", STATES),
    "stages": _by("stage", dict(Stage.choices)),
    "complexity": _by("complexity", dict(Complexity.choices)),
    "outcomes": _by("outcome", dict(Outcome.choices)),
    "units": by_unit,
    "advisers": advisers,
    "answers": answers,
    "own_wording": own_wording,
}
