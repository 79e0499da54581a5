"""Counting by the job: what was asked for, and what is asked for anew. No page waits for a year of orders."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import Deed, deed
from bangban.oversight.reports import suggesting
from bangban.oversight.reports.actions.door import locked
from bangban.oversight.reports.actions.special import orders_of_matter
from bangban.oversight.reports.actions.starting import tell_drafted
from bangban.oversight.reports.content import Content, plain
from bangban.oversight.reports.figures import count, count_matter
from bangban.oversight.reports.flow import FLOW
from bangban.oversight.reports.models import Report, ReportOrder
from bangban.oversight.reports.periods import Span
from bangban.oversight.reports.terms import Kind


def count_asked(number: str) -> bool:
    """Count the figures of a report that waits for them, for the job; False when it does not wait any more.

    Counting holds no lock: the report is locked only to be written. The first suggestions come with the first figures.
    """
    waiting = Report.objects.filter(number=number, state="counting").first()
    if waiting is None:
        return False
    at = now()
    content = _content(waiting, waiting.cut_off_at if waiting.kind == Kind.ROUTINE else at)
    with deed(FLOW, lambda: locked(number), "_counted", SYSTEM) as work:
        report = work.record
        if not report.suggestions and report.kind == Kind.ROUTINE:
            work.change(suggestions=suggesting.routine(content))
        work.change(
            content=plain(content), cut_off_at=content.cut_off, first=content.first, last=content.last, generated_at=at
        )
        work.tell(received=content.line("received").now.part)
        if report.kind == Kind.ROUTINE:
            tell_drafted(work)
    return True


def _content(report: Report, cut: datetime) -> Content:
    if report.kind == Kind.SPECIAL:
        numbers = list(report.orders.order_by("order_number").values_list("order_number", flat=True))
        return count_matter(report.body_id, report.topic, numbers, cut)
    return count(report.body_id, report.period, Span(report.first, report.last), cut)


def recount(number: str, actor: Actor) -> Report:
    """Have a report counted anew by the job; what the officer wrote stays, an earlier check falls at once."""
    with deed(FLOW, lambda: locked(number), "recount", actor) as work:
        _follow_matter(work)
        work.change(
            reconciled=[], reconciled_at=None, agrees=None, checked_by=None, checked_name="", checked_at=None,
        )  # fmt: skip
    return work.record


def _follow_matter(work: Deed[Report]) -> None:
    """Let a special report of a matter rest on the orders that the matter has now."""
    report = work.record
    if not report.matter_number:
        return
    known = set(report.orders.values_list("order_number", flat=True))
    now_there = set(orders_of_matter(report.matter_number))
    ReportOrder.objects.filter(report=report, order_number__in=known - now_there).delete()
    for number in sorted(now_there - known):
        work.insert(ReportOrder(report_id=report.id, order_number=number))
