"""Merging requests of the same matter, undoing it, and links between orders (GB33358-5.2.3.1-b, F3.03).

The caller of a merged order is answered through the main order and called back on his own number. A merge can be undone
while the main order is open, and is undone when that one ends without work; the order then goes its own way again. A merge
is one step deep.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.flows.deed import Deed, deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger import actions as ledger
from bangban.foundation.ledger.models import Link
from bangban.services.hotline.actions.dispatching import recall
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.flow import FLOW, OPEN
from bangban.services.hotline.models import EmergencyReport, WorkOrder
from bangban.services.hotline.reads.found import found_order
from bangban.services.hotline.reads.units import forbidden_for
from bangban.services.hotline.terms import Urgency

MERGED, UNMERGED = "merged", "unmerged"
WITHOUT_WORK = {"withdrawn": "主工单已由诉求人撤回。", "refused": "主工单不予受理。"}


def merge(actor: Actor, number: str, into: str, reason: str = "") -> WorkOrder:
    """Let an open order be handled as part of another one; what its units have of it is called back.

    Both orders are locked in one order, so that two merges the other way round at once do not wait for each other. Both
    tell of it. Refused: into itself, into one that is itself merged or ended, an emergency into something less, a complaint
    into an order that lies with whom it complains about.
    """
    main_number = into.strip().upper()
    if number == main_number:
        raise Incomplete("不能并入自己。", fields={"into": "请选择另一张工单作为主工单。"})
    found_order(actor, main_number)
    with transaction.atomic():
        orders = _both(number, main_number)
        with deed(FLOW, lambda: orders.get(number), "merge", actor, {"into": main_number}) as part:
            order, main = part.record, orders.get(main_number)
            if main is None:
                raise NotYours("没有找到主工单，请核对编号。")
            _check(order, main)
            recall(part)
            part.change(merged_into_id=main.id, lead_unit_id=None, handler_id=None, due_at=None)
            part.tell(into=main.number, was=order.state, **({"reason": reason.strip()[:500]} if reason.strip() else {}))
            if not _linked(order, main, MERGED):
                ledger.link(part.writes, order, main, MERGED, part.at)
        with deed(FLOW, lambda: orders[main_number], "_absorb", actor) as whole:
            whole.tell(merged=number)
    return part.record


def lock_main(number: str) -> None:
    """Lock the main order of a merged one before the order itself, as whatever is done on the main order does."""
    main = WorkOrder.objects.filter(number=number, state="merged").values_list("merged_into_id", flat=True).first()
    if main is not None:
        WorkOrder.objects.select_for_update(of=("self",)).filter(id=main).first()


def _both(*numbers: str) -> dict[str, WorkOrder]:
    rows = WorkOrder.objects.select_for_update(of=("self",)).filter(number__in=numbers).order_by("id")
    return {row.number: row for row in rows}


def _check(order: WorkOrder, main: WorkOrder) -> None:
    if main.state not in OPEN:
        raise NotAllowed(
            f"{main.number}的状态是“{FLOW.states[main.state]}”，不能再并入，可以改用关联。",
            state=order.state,
            needs="into",
        )
    if order.merged.filter(state="merged").exists():
        raise NotAllowed(
            f"{order.number}已经是主工单，请反过来把{main.number}并入它，或者改用关联。",
            state=order.state,
            needs="into",
        )
    if order.urgency == Urgency.EMERGENCY and main.urgency != Urgency.EMERGENCY:
        raise NotAllowed(
            "突发应急工单不能并入普通工单，可以反过来并入，或者改用关联。", state=order.state, needs="into"
        )
    if forbidden_for(order) & set(main.units):
        raise NotAllowed("主工单在被反映的单位办理，投诉举报不能并入，请单独办理。", state=order.state, needs="into")


def unmerge(actor: Actor, number: str, reason: str) -> WorkOrder:
    """Undo a merge while the main order is open: the order is handled by itself again, with a fresh limit to transfer it.

    One whose caller was called back already goes on in the round after that, so that he is called back once more.
    """
    with order_deed(actor, number, "unmerge", {"reason": reason.strip()}) as part:
        order = part.record
        main = order.merged_into
        assert main is not None
        if main.state not in (*OPEN, *WITHOUT_WORK):
            raise NotAllowed(f"主工单{main.number}已经办结，不能撤销并单。", state=order.state)
        if order.registered_at is None:
            part.target = "registering"
        else:
            clocks.start(part.writes, order, "order_transfer", order.center_id, part.at)
        _wait_for_emergency(part)
        judged = order.visits.filter(state="done").aggregate(last=Max("round"))["last"] or 0
        part.change(merged_into_id=None, round=max(order.round, judged + 1))
        if not _linked(order, main, UNMERGED):
            ledger.link(part.writes, order, main, UNMERGED, part.at)
        part.tell(main=main.number, reason=reason.strip()[:500])
    return part.record


def _wait_for_emergency(part: Deed[WorkOrder]) -> None:
    """Wait anew for whoever has neither acknowledged nor received the emergency of an order that was merged meanwhile."""
    order = part.record
    report = EmergencyReport.objects.filter(order_id=order.id).first()
    if report is not None and report.acknowledged_at is None:
        clocks.start(part.writes, order, "emergency_ack", order.center_id, part.at)
    if report is not None and report.body_id and report.receipt_at is None:
        clocks.start(part.writes, order, "emergency_receipt", report.body_id, part.at)


def part_from(main: WorkOrder) -> int:
    """Part all orders from a main order that ended without any work, so that nobody waits for it; returns how many."""
    numbers = list(main.merged.filter(state="merged").order_by("id").values_list("number", flat=True))
    for number in numbers:
        unmerge(SYSTEM, number, WITHOUT_WORK[main.state])
    return len(numbers)


def link(actor: Actor, number: str, other: str, why: str) -> None:
    """Join two orders that belong together but are handled apart; each page shows the other."""
    words = why.strip()[:200]
    if not words:
        raise Incomplete("请写明关联原因。", fields={"why": "请写明关联原因。"})
    target = found_order(actor, other.strip().upper())
    with order_deed(actor, number, "_link") as work:
        if target.id == work.record.id:
            raise Incomplete("不能关联自己。", fields={"other": "请选择另一张工单。"})
        if not _linked(work.record, target, words):
            ledger.link(work.writes, work.record, target, words, work.at)
        work.tell(other=target.number)
        work.topics.update(FLOW.topics(target))


def _linked(order: WorkOrder, other: WorkOrder, why: str) -> bool:
    return Link.objects.filter(from_id=order.id, to_id=other.id, why=why).exists()
