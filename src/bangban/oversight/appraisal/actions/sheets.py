"""Counting the evaluation sheet by a job: asked for by a page or by the clock, shown once it is counted (GB33358-7.1)."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from django.db.models import F, Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import Incomplete
from bangban.oversight.appraisal.actions.door import manager_of
from bangban.oversight.appraisal.evaluating import evaluate
from bangban.oversight.appraisal.models import EvaluationSheet
from bangban.oversight.appraisal.terms import Period
from bangban.oversight.reports.periods import containing, last_complete
from bangban.registry.org.models import BodyKind
from bangban.registry.org.reads import tree

WAITING = Q(counted_at=None) | Q(asked_at__gt=F("counted_at"))


def ask_sheet(actor: Actor, center_id: int, period: str, day: date) -> None:
    """Ask for the sheet of the period that a day lies in, to be counted anew; NotYours for others than a manager."""
    manager_of(actor, center_id)
    if period not in Period.values:
        raise Incomplete("请选择周期。", fields={"period": "可选月度、季度、年度。"})
    span = containing(period, day)
    if span.first > business_date(now()):
        raise Incomplete("这个周期还没有开始。", fields={"day": "请选择今天或以前的日期。"})
    _ask(center_id, period, span.first, now())


def keep_sheets(at: datetime) -> int:
    """Ask for the sheets of the present and of the last complete month, quarter and year of every hotline."""
    today, asked = business_date(at), 0
    for center in tree().of_kind(BodyKind.HOTLINE):
        for period in Period.values:
            _ask(center.id, period, containing(period, today).first, at)
            _ask(center.id, period, last_complete(period, today).first, at)
            asked += 2
    return asked


def count_sheets(at: datetime) -> int:
    """Count what waits; returns how many. Counting twice gives the same."""
    rows = list(EvaluationSheet.objects.filter(WAITING).order_by("asked_at"))
    for row in rows:
        span = containing(row.period, row.first)
        last = min(span.last, max(business_date(at), span.first))
        found = evaluate(row.center_id, span.first, last, at)
        EvaluationSheet.objects.filter(id=row.id).update(sheet=msgspec.to_builtins(found), counted_at=at)
    return len(rows)


def _ask(center_id: int, period: str, first: date, at: datetime) -> None:
    EvaluationSheet.objects.update_or_create(center_id=center_id, period=period, first=first, defaults={"asked_at": at})
