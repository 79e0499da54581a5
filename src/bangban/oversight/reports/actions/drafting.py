"""Drafting a period's report on schedule or by hand, and the officer's words. The figures are counted by a job."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date, start_of_day
from bangban.foundation.flows.deed import deed, opening
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.oversight.reports import periods
from bangban.oversight.reports.actions.door import locked
from bangban.oversight.reports.actions.starting import new_report, officer_of
from bangban.oversight.reports.content import Content
from bangban.oversight.reports.flow import FLOW
from bangban.oversight.reports.models import Report
from bangban.oversight.reports.periods import DAY, Span
from bangban.oversight.reports.terms import TEXT_LIMIT, Kind, Period
from bangban.registry.org.models import BodyKind
from bangban.registry.org.reads import place, tree
from bangban.services.hotline.models import WorkOrder


def draft_routine(actor: Actor, body_id: int, period: str, day: date) -> Report:
    """Begin the report of the period that holds a day; the person who does it is responsible (GB33358-5.6.1.1).

    It stands as `counting` until the job has counted it. Raises NotYours without the duty or outside the reach, Incomplete
    for a period that is not over, NotAllowed when this report is already there.
    """
    return _begin(actor, body_id, period, _free(actor, body_id, period, day))


def _free(actor: Actor, body_id: int, period: str, day: date) -> Span:
    """Return the period that a day lies in, when its report may be drafted now."""
    officer_of(actor, body_id)
    if period not in Period.values:
        raise Incomplete("请选择报告周期。", fields={"period": "请选择报告周期。"})
    span = periods.containing(period, day)
    if span.last >= business_date(now()):
        raise Incomplete("这个周期还没有结束，请选择已经结束的日期。", fields={"day": "这个周期还没有结束。"})
    known = Report.objects.filter(body_id=body_id, period=period, first=span.first).exclude(state="cancelled").first()
    if known:
        raise NotAllowed(f"这一期报告已经有了，编号{known.number}。", state=known.state, number=known.number)
    return span


def _begin(actor: Actor, body_id: int, period: str, span: Span) -> Report:
    body = place(body_id)
    title = f"{body.name if body else ''}{Period(period).label}（{periods.called(period, span)}）"
    content = Content(span.first, span.last, start_of_day(span.last + DAY))
    report = new_report(actor, Kind.ROUTINE, body_id, title, content, now(), period=period)
    report.state = "counting"
    with transaction.atomic(), opening(FLOW, report, actor) as work:
        work.tell(period=period, first=span.first.isoformat())
    return report


def draft_due(at: datetime) -> int:
    """Begin what is due for every hotline: the latest complete day, week, month, quarter and year; returns how many.

    A morning that the house was down is made up for on the next one. Periods from before the first order are left out.
    """
    today, made = business_date(at), 0
    for body in tree().of_kind(BodyKind.HOTLINE):
        began = (
            WorkOrder.objects.filter(center_id=body.id)
            .order_by("received_at")
            .values_list("received_at", flat=True)
            .first()
        )
        for period in Period.values:
            span = periods.last_complete(period, today)
            if began is None or business_date(began) > span.last:
                continue
            if Report.objects.filter(body_id=body.id, period=period, first=span.first).exists():
                continue
            made += _quietly(body.id, period, span)
    return made


def _quietly(body_id: int, period: str, span: Span) -> int:
    """Begin one report; 0 when somebody did so in this moment."""
    try:
        _begin(SYSTEM, body_id, period, span)
    except IntegrityError:
        return 0
    return 1


def write(number: str, actor: Actor, *, comment: str | None = None, suggestions: str | None = None) -> Report:
    """Keep the officer's words; None leaves a text as it is. Saving the same words again writes nothing."""
    given = {"comment": comment, "suggestions": suggestions}
    problems = {
        name: f"共{len(text)}字，最多{TEXT_LIMIT}字。"
        for name, text in given.items()
        if text is not None and len(text) > TEXT_LIMIT
    }
    if problems:
        raise Incomplete("文字太长，还没有保存。", fields=problems)
    known = Report.objects.filter(number=number.strip().upper()).first()
    changed = {
        name: text for name, text in given.items() if text is not None and known and getattr(known, name) != text
    }
    if known and not changed and known.state == "drafted":
        return known
    with deed(FLOW, lambda: locked(number), "write", actor) as work:
        work.change(**changed)
        work.tell(fields=sorted(changed), lengths=[len(text) for text in changed.values()])
    return work.record
