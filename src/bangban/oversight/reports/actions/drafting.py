"""Drafting: on schedule, by hand, or from a concentrated matter; counting anew; the officer's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.clocks.zones import business_date, start_of_day
from bangban.foundation.flows.deed import Deed, deed, opening
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.oversight.reports import periods, suggesting
from bangban.oversight.reports.actions.door import accounts_of, locked, officers, tell
from bangban.oversight.reports.content import Content, plain
from bangban.oversight.reports.deadlines import due_at
from bangban.oversight.reports.figures import count, count_matter
from bangban.oversight.reports.flow import FLOW
from bangban.oversight.reports.models import Report, ReportOrder
from bangban.oversight.reports.numbers import next_number
from bangban.oversight.reports.parties import reaches
from bangban.oversight.reports.periods import DAY, Span
from bangban.oversight.reports.terms import DUTY, TEXT_LIMIT, Kind, Period
from bangban.registry.org.models import BodyKind, Staff
from bangban.registry.org.reads import place, tree
from bangban.services.hotline.models import WorkOrder
from bangban.services.matters.models import Matter, MatterOrder
from bangban.services.matters.models.matters import Kind as MatterKind

TOPIC_LIMIT, MOST_ORDERS = 60, 2000


def draft_routine(actor: Actor, body_id: int, period: str, day: date) -> Report:
    """Draft the report of the period that holds a day; the person who does it is responsible (GB33358-5.6.1.1).

    Raises NotYours without the duty or outside the reach, Incomplete for a period that is not over, NotAllowed when this
    report is already there.
    """
    return _routine(actor, body_id, period, _free(actor, body_id, period, day))


def ask_routine(actor: Actor, body_id: int, period: str, day: date) -> Report:
    """Begin the same report for somebody who waits at a page: a job counts its figures. Raises as `draft_routine` does."""
    return _routine(actor, body_id, period, _free(actor, body_id, period, day), later=True)


def _free(actor: Actor, body_id: int, period: str, day: date) -> Span:
    """Return the period that a day lies in, when its report may be drafted now."""
    _officer_of(actor, body_id)
    if period not in Period.values:
        raise Incomplete("请选择报告周期。", fields={"period": "请选择报告周期。"})
    span = periods.containing(period, day)
    if span.last >= business_date(now()):
        raise Incomplete("这个周期还没有结束，请选择已经结束的日期。", fields={"day": "这个周期还没有结束。"})
    known = Report.objects.filter(body_id=body_id, period=period, first=span.first).exclude(state="cancelled").first()
    if known:
        raise NotAllowed(f"这一期报告已经有了，编号{known.number}。", state=known.state, number=known.number)
    return span


def _officer_of(actor: Actor, body_id: int) -> None:
    body = place(body_id)
    if (
        body is None
        or body.kind != BodyKind.HOTLINE
        or not may(actor, "reports.prepare")
        or not reaches(actor, body_id)
    ):
        raise NotYours("没有找到这个热线，请核对机构。")


def _routine(actor: Actor, body_id: int, period: str, span: Span, *, later: bool = False) -> Report:
    at = now()
    cut = start_of_day(span.last + DAY)
    content = Content(span.first, span.last, cut) if later else count(body_id, period, span, cut)
    body = place(body_id)
    title = f"{body.name if body else ''}{Period(period).label}（{periods.called(period, span)}）"
    report = _new(actor, Kind.ROUTINE, body_id, title, content, at, period=period)
    if later:
        report.state = "counting"
    else:
        report.suggestions = suggesting.routine(content)
    with transaction.atomic(), opening(FLOW, report, actor) as work:
        work.tell(period=period, first=span.first.isoformat())
        if not later:
            work.tell(received=content.line("received").now.part)
        _tell_drafted(work)
    return report


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
    return True


def _content(report: Report, cut: datetime) -> Content:
    if report.kind == Kind.SPECIAL:
        numbers = list(report.orders.order_by("order_number").values_list("order_number", flat=True))
        return count_matter(report.body_id, report.topic, numbers, cut)
    return count(report.body_id, report.period, Span(report.first, report.last), cut)


def _new(actor: Actor, kind: str, body_id: int, title: str, content: Content, at: datetime, period: str = "") -> Report:
    responsible = _responsible(actor, body_id, period)
    return Report(
        number=next_number(), state="drafted", kind=kind, period=period, first=content.first, last=content.last,
        body_id=body_id, title=title, content=plain(content), cut_off_at=content.cut_off, generated_at=at,
        due_at=due_at(period, at, work_calendar()), made_by=actor.public_name, responsible=responsible,
        responsible_name=responsible.name if responsible else "",
    )  # fmt: skip


def _responsible(actor: Actor, body_id: int, period: str) -> Staff | None:
    """Whoever drafts it; else who was responsible for the last of its kind; else the only officer there is."""
    known = officers(body_id)
    by_id = {one.id: one for one in known}
    if actor.staff_id in by_id:
        return by_id[actor.staff_id]
    earlier = (
        Report.objects.filter(body_id=body_id, period=period).exclude(responsible=None).order_by("-created_at").first()
    )
    if earlier and earlier.responsible_id in by_id:
        return by_id[earlier.responsible_id]
    return known[0] if len(known) == 1 else None


def _tell_drafted(work: Deed[Report]) -> None:
    if work.actor.kind != "system":
        return
    report = work.record
    told = [report.responsible.account_id] if report.responsible else accounts_of(report.body_id, DUTY)
    tell(work, told, f"《{report.title}》已生成，请核对。", "drafted")


def draft_due(at: datetime) -> int:
    """Draft what is due for every hotline: the latest complete day, week, month, quarter and year; returns how many.

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
    """Draft one report; 0 when somebody did so in this moment."""
    try:
        _routine(SYSTEM, body_id, period, span)
    except IntegrityError:
        return 0
    return 1


def draft_special(actor: Actor, body_id: int, topic: str, numbers: Sequence[str], *, matter: str = "") -> Report:
    """Open a special report on a topic over some orders; raises Incomplete for gaps and orders that do not exist."""
    _officer_of(actor, body_id)
    return _special(actor, body_id, topic.strip(), _asked(body_id, topic, numbers), matter)


def _asked(body_id: int, topic: str, numbers: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(one.strip().upper() for one in numbers if one.strip()))
    problems = {}
    if not topic.strip() or len(topic.strip()) > TOPIC_LIMIT:
        problems["topic"] = f"请用{TOPIC_LIMIT}字以内写明是什么问题。"
    known = set(
        WorkOrder.objects.filter(center_id=body_id, number__in=wanted[:MOST_ORDERS]).values_list("number", flat=True)
    )
    missing = [one for one in wanted if one not in known]
    if not wanted:
        problems["orders"] = "请填写关联的工单编号。"
    elif len(wanted) > MOST_ORDERS:
        problems["orders"] = f"最多关联{MOST_ORDERS}件工单。"
    elif missing:
        problems["orders"] = f"没有找到这些工单：{'、'.join(one[:20] for one in missing[:5])}。"
    if problems:
        raise Incomplete("还不能建立专题报告，请检查标出的内容。", fields=problems)
    return wanted


def _special(actor: Actor, body_id: int, topic: str, numbers: Sequence[str], matter: str) -> Report:
    at = now()
    content = count_matter(body_id, topic, numbers, at)
    report = _new(actor, Kind.SPECIAL, body_id, f"关于{topic}的专题报告", content, at)
    report.topic, report.matter_number, report.suggestions = topic, matter, suggesting.special(content)
    with transaction.atomic(), opening(FLOW, report, actor) as work:
        for number in numbers:
            work.insert(ReportOrder(report_id=report.id, order_number=number))
        work.tell(matter=matter, orders=len(numbers))
        _tell_drafted(work)
    return report


def special_of_matter(matter: str) -> Report | None:
    """Open the special-report task of a concentrated matter (GB33358-5.6.2.1); None when one was made before.

    The hotline is the one that took most of its orders. What one person told again and again is no concentrated matter.
    """
    row = Matter.objects.filter(number=matter, kind=MatterKind.CONCENTRATED).first()
    if row is None:
        return None
    if Report.objects.filter(matter_number=matter).exclude(state="cancelled").exists():
        return None
    centers = list(WorkOrder.objects.filter(number__in=orders_of_matter(matter)).values_list("center_id", "number"))
    if not centers:
        return None
    held = [center for center, _ in centers]
    body_id = max(sorted(set(held)), key=held.count)
    own = sorted(number for center, number in centers if center == body_id)
    return _special(SYSTEM, body_id, (row.title.strip() or "多人反映的同类问题")[:TOPIC_LIMIT], own, matter)


def recount(number: str, actor: Actor) -> Report:
    """Count a report's figures anew; what the officer wrote stays, an earlier check falls."""
    with deed(FLOW, lambda: locked(number), "recount", actor) as work:
        report = work.record
        if report.kind == Kind.SPECIAL:
            numbers = _linked(work)
            content = count_matter(report.body_id, report.topic, numbers, work.at)
        else:
            content = count(report.body_id, report.period, Span(report.first, report.last), report.cut_off_at)
        work.change(
            content=plain(content), cut_off_at=content.cut_off, first=content.first, last=content.last,
            generated_at=work.at, reconciled=[], reconciled_at=None, agrees=None, checked_by=None, checked_name="",
            checked_at=None,
        )  # fmt: skip
        work.tell(received=content.line("received").now.part)
    return work.record


def ask_recount(number: str, actor: Actor) -> Report:
    """Have a report counted anew by the job; what the officer wrote stays, an earlier check falls at once."""
    with deed(FLOW, lambda: locked(number), "_ask_recount", actor) as work:
        if work.record.kind == Kind.SPECIAL:
            _linked(work)
        work.change(
            reconciled=[], reconciled_at=None, agrees=None, checked_by=None, checked_name="", checked_at=None,
        )  # fmt: skip
    return work.record


def _linked(work: Deed[Report]) -> list[str]:
    """Return the orders that a special report rests on; those of a matter follow the matter."""
    report = work.record
    known = set(report.orders.values_list("order_number", flat=True))
    if not report.matter_number:
        return sorted(known)
    now_there = set(orders_of_matter(report.matter_number))
    ReportOrder.objects.filter(report=report, order_number__in=known - now_there).delete()
    for number in sorted(now_there - known):
        work.insert(ReportOrder(report_id=report.id, order_number=number))
    return sorted(now_there)


def orders_of_matter(matter: str) -> list[str]:
    """Return the orders that belong to a matter now."""
    rows = MatterOrder.objects.filter(matter__number=matter, removed_at=None)
    return list(rows.order_by("order_number").values_list("order_number", flat=True))


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
