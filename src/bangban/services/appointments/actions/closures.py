"""Closing periods: everybody who had booked is told why and gets another time, or says no (DB23-6.5.2).

The closure and its periods change in one short transaction, then each booking in one of its own; whatever a crash leaves
open is taken up by the sweep a minute later.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import opening
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours
from bangban.registry.halls.reads import Hall
from bangban.services.appointments import notices
from bangban.services.appointments.actions.door import appointment_deed, closure_deed, needed_hall
from bangban.services.appointments.actions.offering import offer
from bangban.services.appointments.flow import ALL_HANDLED, CLOSURE_FLOW, unhandled
from bangban.services.appointments.making import closure_over, lock_book
from bangban.services.appointments.models import Appointment, Closure, Outcome, Slot
from bangban.services.appointments.numbers import CLOSURES
from bangban.services.appointments.parties import may_manage

log = logging.getLogger(__name__)
SHORTEST_REASON = 4
LONGEST = 300
PORTION = 500


def close_slots(
    actor: Actor, body_id: int, class_id: int | None, starts: datetime, ends: datetime, reason: str
) -> Closure:
    """Close the periods of a class (or of the whole hall) between two moments, and tell everybody who had booked.

    Moments without a zone are those of the hall. Raises NotYours for others than the managers of the hall, Incomplete
    without a reason or for moments that do not fit.
    """
    plan = needed_hall(body_id)
    if not may_manage(actor, body_id):
        raise NotYours("您不是这个大厅的管理人员，不能停约。")
    start, finish = _aware(plan, starts), _aware(plan, ends)
    problems: dict[str, str] = {}
    if class_id is not None and class_id not in plan.classes:
        problems["klass"] = "请选择本大厅的业务类别。"
    if finish <= start or finish <= now():
        problems["ends"] = "停约结束时间应晚于开始时间，并且还没有过去。"
    if len(reason.strip()) < SHORTEST_REASON:
        problems["reason"] = "请写明停约理由，会原样告知群众。"
    if problems:
        raise Incomplete("请检查停约内容。", fields=problems)
    at = now()
    closure = Closure(
        number=CLOSURES.next(at), state="handling", body_id=body_id, klass_id=class_id, starts_at=start, ends_at=finish,
        reason=reason.strip()[:LONGEST], closed_by_id=actor.staff_id,
    )  # fmt: skip
    with transaction.atomic():
        lock_book(body_id)
        with opening(CLOSURE_FLOW, closure, actor) as work:
            work.among_staff()
            work.tell(klass_id=class_id, starts_at=start, ends_at=finish, reason=closure.reason)
        closed = _close(closure)
    log.info("Closure %s closed %s periods.", closure.number, closed)
    affect_all(closure, actor)
    return closure


def _aware(plan: Hall, moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=plan.zone)


def _close(closure: Closure) -> int:
    rows = Slot.objects.select_for_update(of=("self",)).filter(
        body_id=closure.body_id, starts_at__lt=closure.ends_at, ends_at__gt=closure.starts_at, closure=None
    )
    rows = rows.filter(klass_id=closure.klass_id) if closure.klass_id else rows
    return Slot.objects.filter(id__in=[row.id for row in rows.order_by("id")]).update(closure=closure)


def affect_all(closure: Closure, actor: Actor = SYSTEM) -> int:
    """Tell everybody whose booking lies in a closed period; returns how many. Safe to run again and again."""
    # Whoever had not come before the closure is not affected by it, and is given up like everybody.
    rows = Appointment.objects.filter(slot__closure=closure, state="booked", ends_at__gt=closure.created_at)
    rows = rows.order_by("starts_at", "id")
    return sum(_affect(number, closure, actor) for number in list(rows.values_list("number", flat=True)))


def _affect(number: str, closure: Closure, actor: Actor) -> int:
    try:
        with appointment_deed(actor, number, "_affect") as work:
            appointment = work.record
            work.change(closure_id=closure.id, outcome="")
            work.tell(reason=closure.reason, closure=closure.number)
            said = offer(work, closure)
            words = f"编号{appointment.number}：您预约的{notices.when_words(appointment)}不能提供服务，原因：{closure.reason.rstrip('。')}。{said}"
            notices.tell(work, notices.bad_news(appointment, work.at), words, f"affected:{closure.number}")
    except FlowError as refusal:
        log.info("Appointment %s moved on before it was closed: %s", number, refusal)
        return 0
    return 1


def finish_closure(actor: Actor, number: str) -> Closure:
    """End a closure; NotAllowed with the number of bookings that have no outcome yet (`unhandled`)."""
    try:
        with closure_deed(actor, number, "finish") as work:
            work.change(finished_at=work.at)
            return work.record
    except NotAllowed as refusal:
        if refusal.details.get("needs") != ALL_HANDLED.code:
            raise
        left = unhandled(Closure.objects.get(number=number))
        refusal.details["unhandled"] = left
        sentence = f"还有{left}个受影响的预约没有处理，请逐一改约、取消或电话沟通后再结束。"
        raise NotAllowed(sentence, **refusal.details) from None


def withdraw_closure(actor: Actor, number: str, reason: str) -> Closure:
    """Take a closure back: its periods can be booked again, and bookings without an outcome stand as they were."""
    with closure_deed(actor, number, "withdraw", {"reason": reason.strip()}) as work:
        closure = work.record
        if closure.ends_at <= work.at:
            raise NotAllowed("停约时段已经过去，不能撤销。", state=closure.state)
        lock_book(closure.body_id)
        _reopen(closure)
        work.change(finished_at=work.at)
        work.tell(reason=reason.strip()[:LONGEST])
    restore_all(closure, actor)
    return closure


def _reopen(closure: Closure) -> None:
    """Open its periods, but for those that another closure covers too."""
    rows = Slot.objects.select_for_update(of=("self",)).filter(closure=closure).order_by("id")
    others = list(Closure.objects.filter(body_id=closure.body_id).exclude(id=closure.id).exclude(state="withdrawn"))
    for row in rows:
        row.closure = closure_over(others, row.klass_id, row.starts_at, row.ends_at)
        row.save(update_fields=["closure"])


def restore_all(closure: Closure, actor: Actor = SYSTEM) -> int:
    """Let the bookings of a withdrawn closure stand again; those of another closure over the same period do not."""
    rows = Appointment.objects.filter(closure=closure, state="affected", ends_at__gt=now())
    free = rows.filter(slot__closure=None).order_by("starts_at", "id")
    done = 0
    for number in list(free.values_list("number", flat=True)):
        try:
            with appointment_deed(actor, number, "_restore") as work:
                work.change(outcome=Outcome.KEPT, offered_slot_id=None)
                words = f"编号{number}：停约已撤销，您{notices.when_words(work.record)}的预约不变，请按时前来。"
                notices.tell(work, notices.CHANGED, words, f"restored:{closure.number}")
        except FlowError as refusal:
            log.info("Appointment %s moved on before it was restored: %s", number, refusal)
            continue
        done += 1
    return done


def settle() -> int:
    """Finish what a crash left between a closure and its bookings."""
    done = 0
    late = Appointment.objects.filter(state="booked", slot__closure__state__in=("handling", "closed"))
    for closure in Closure.objects.filter(id__in=late.values("slot__closure_id"))[:PORTION]:
        done += affect_all(closure)
    left = Appointment.objects.filter(state="affected", closure__state="withdrawn", ends_at__gt=now())
    for closure in Closure.objects.filter(id__in=left.values("closure_id"))[:PORTION]:
        done += restore_all(closure)
    return done
