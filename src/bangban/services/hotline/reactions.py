"""What the room does when something happens: call-backs are planned, units reminded, callers told, offers renewed."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.flows.reacting import follows, reacts
from bangban.foundation.handover import actions as handover
from bangban.foundation.handover.models import Answer, Handover
from bangban.foundation.handover.models import Kind as Move
from bangban.foundation.ledger.models import Event
from bangban.services.hotline.actions.alarming import managers_on_duty
from bangban.services.hotline.actions.dispatching import sign_limit
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.actions.merging import WITHOUT_WORK, part_from
from bangban.services.hotline.actions.supervising import REMINDED, remind
from bangban.services.hotline.actions.visiting import plan_visit
from bangban.services.hotline.models import Assignment, Undertaker, Visit, WorkOrder
from bangban.services.hotline.notices import WORDS, tell_staff, tell_unit, tell_what_happened

TRANSFER_WORDS = {
    "clock.warned": "工单{}快到转交时限，请当场办结或者尽快转交承办单位。",
    "clock.breached": "工单{}已超过转交时限，请立即转交承办单位。",
}


@reacts("order.answer", "order.complete")
def plan_call_back(work: Deed[Any], event: Event) -> None:
    """Make the call-back of the round, also for every caller whose order was merged; its clock runs only when it is due."""
    order: WorkOrder = work.record
    unit = None if order.direct else order.lead_unit_id
    planned = plan_visit(work, order, unit)
    if planned.state == "due":
        clocks.start(work.writes, order, "order_visit", order.center_id, work.at)
    for other in order.merged.filter(state="merged"):
        plan_visit(work, other, unit)


@reacts("order.send_back")
def take_back_call_backs(work: Deed[Any], event: Event) -> None:
    """An order that is handled on is not called back yet, neither its own caller nor those merged into it."""
    open_ones = Visit.objects.filter(order__merged_into=work.record) | Visit.objects.filter(order=work.record)
    for row in open_ones.filter(state="due"):
        row.state, row.policy, row.staff_id, row.claimed_at = "not_due", "sent_back", None, None
        work.changed(row, "state", "policy", "staff_id", "claimed_at")


@reacts("order.redo")
def end_former_call_backs(work: Deed[Any], event: Event) -> None:
    """The callers of merged orders who were not called back yet are called back after the new round."""
    for row in Visit.objects.filter(order__merged_into=work.record, done_at=None):
        row.state, row.done_at = "not_due", work.at
        work.changed(row, "state", "done_at")


class _Answered(Exception):
    """Somebody answered the offer meanwhile; leaves the order without a word of it."""


def offer_expired(offer: Handover) -> None:
    """Offer an unsigned order anew, urge the unit's contact and note it on the order; the clock keeps the breach."""
    number = WorkOrder.objects.values_list("number", flat=True).get(id=offer.record_id)
    with suppress(_Answered), order_deed(SYSTEM, number, "_offer_expired") as work:
        current = Handover.objects.get(id=offer.id)
        if current.answer != Answer.OFFERED:
            raise _Answered
        handover.answer(work, current, Answer.EXPIRED)
        part = Assignment.objects.filter(handover=current.id).first()
        unit = Undertaker.objects.filter(unit_id=current.to_unit_id).first()
        if part is None or unit is None:
            return
        limit = sign_limit(work.at, unit)
        again = handover.offer(
            work, Move(current.kind), to_unit=current.to_unit_id, to_duty="undertaker", expires_at=limit, renews=current
        )  # fmt: skip
        part.handover = again.id
        work.changed(part, "handover")
        work.tell(unit=current.to_unit_id, hop=again.hop)
        tell_unit(work, unit, f"工单{number}逾期没有签收，请立即签收或说明理由退回。", f"order.unsigned:{again.id}")


handover.when_expired(WorkOrder.record_type, offer_expired)


@follows("hotline.reminders", "clock.warned")
def remind_near_due(event: Event) -> None:
    """Remind the unit when the limit is near (GB33358-5.2.2.6)."""
    if event.record_type != WorkOrder.record_type or event.data.get("rule") not in REMINDED:
        return
    try:
        remind(event.number, str(event.data["rule"]))
    except FlowError:
        return  # ended or returned meanwhile


@reacts(*TRANSFER_WORDS)
def warn_of_transfer(deed: Deed[Any], event: Event) -> None:
    """Warn the agent and the managers on duty of an order that is nearly, or already, too late for a unit (GB33358-5.2.2.1)."""
    order = deed.record
    if not isinstance(order, WorkOrder) or event.data.get("rule") != "order_transfer":
        return
    words = TRANSFER_WORDS[event.kind].format(order.number)
    for staff in {*managers_on_duty(deed), *([order.agent_id] if order.agent_id else [])}:
        tell_staff(deed, staff, words, f"{event.kind}:{event.data['clock']}:{staff}")


@follows("hotline.parted", "order.withdraw", "order.refuse")
def go_on_without_main_order(event: Event) -> None:
    """Who was merged into an order that is withdrawn or refused is handled by himself (F3.03)."""
    main = WorkOrder.objects.filter(id=event.record_id, state__in=WITHOUT_WORK).first()
    if main is not None:
        part_from(main)


@follows("hotline.notices", *WORDS)
def tell_caller_of_it(event: Event) -> None:
    """Tell the caller by text message or in the portal."""
    tell_what_happened(event)
