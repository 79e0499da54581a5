"""Counting by the job: what was asked for, and what is asked for anew. No page waits for a year of orders.

A count that fails for good, or that nobody finished because the worker was killed over and over, ends as `failed` with a
sentence that says what to do.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import OperationalError, transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import Deed, deed
from bangban.oversight.reports import suggesting
from bangban.oversight.reports.actions.door import accounts_of, locked, tell
from bangban.oversight.reports.actions.special import orders_of_matter
from bangban.oversight.reports.actions.starting import tell_drafted
from bangban.oversight.reports.content import Content, plain
from bangban.oversight.reports.figures import count, count_matter
from bangban.oversight.reports.flow import FLOW
from bangban.oversight.reports.models import Report, ReportOrder
from bangban.oversight.reports.periods import Span
from bangban.oversight.reports.terms import DUTY, Kind

log = logging.getLogger(__name__)
PATIENCE = timedelta(minutes=15)
NEXT = "请点“重新统计”；再次失败的，请把报告编号和这句话告诉系统管理人员。"
UNFINISHED = f"等了{PATIENCE.seconds // 60}分钟还没有统计完，可能是统计程序中途停止了。{NEXT}"


def count_asked(number: str) -> bool:
    """Count the figures of a report that waits for them, for the job; False when it does not wait any more.

    Counting holds no lock: the report is locked only to be written. The first suggestions come with the first figures.
    While the database is away, the error is passed on and the job comes again.
    """
    waiting = Report.objects.filter(number=number, state="counting").first()
    if waiting is None:
        return False
    at = now()
    try:
        with transaction.atomic():
            content = _content(waiting, waiting.cut_off_at if waiting.kind == Kind.ROUTINE else at)
    except OperationalError:
        raise
    except Exception as error:
        log.exception("Report %s could not be counted", number)
        _fail(number, f"统计时出错（{type(error).__name__}），没有得到数字。{NEXT}", type(error).__name__)
        return True
    with deed(FLOW, lambda: locked(number), "_counted", SYSTEM) as work:
        report = work.record
        if not report.suggestions and report.kind == Kind.ROUTINE:
            work.change(suggestions=suggesting.routine(content))
        work.change(
            content=plain(content), cut_off_at=content.cut_off, first=content.first, last=content.last, generated_at=at,
            trouble="",
        )  # fmt: skip
        work.tell(received=content.line("received").now.part)
        if report.kind == Kind.ROUTINE:
            tell_drafted(work)
    return True


def fail_unfinished(at: datetime) -> int:
    """Say of every report that has been counting for too long that it was not counted; returns how many."""
    waiting = Report.objects.filter(state="counting", updated_at__lte=at - PATIENCE).order_by("updated_at")
    return sum(_fail(number, UNFINISHED, "unfinished", at) for number in waiting.values_list("number", flat=True)[:200])


def _fail(number: str, trouble: str, code: str, at: datetime | None = None) -> bool:
    """Give up a count and tell its officer; False when it has ended or was asked for anew meanwhile."""
    with transaction.atomic():
        report = locked(number)
        if report is None or report.state != "counting" or (at and report.updated_at > at - PATIENCE):
            return False
        with deed(FLOW, lambda: report, "_failed", SYSTEM) as work:
            work.change(trouble=trouble)
            work.tell(trouble=code)
            told = [report.responsible.account_id] if report.responsible else accounts_of(report.body_id, DUTY)
            tell(work, told, f"《{report.title}》没有统计成。{trouble}", f"failed:{report.version}")
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
            reconciled=[], reconciled_at=None, agrees=None, checked_by=None, checked_name="", checked_at=None, trouble="",
        )  # fmt: skip
    return work.record


def _follow_matter(work: Deed[Report]) -> None:
    """Let a special report of a matter rest on the orders that the matter has now."""
    report = work.record
    if not report.matter_number:
        return
    known = set(report.orders.values_list("order_number", flat=True))
    now_there = set(orders_of_matter(report.matter_number, report.body_id))
    ReportOrder.objects.filter(report=report, order_number__in=known - now_there).delete()
    for number in sorted(now_there - known):
        work.insert(ReportOrder(report_id=report.id, order_number=number))
