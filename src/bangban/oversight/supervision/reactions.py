"""The five triggers, found by the system in what happens to orders (GB33358-5.2.3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bangban.foundation.flows.reacting import follows
from bangban.foundation.ledger.models import Event
from bangban.oversight.supervision import actions, notices, rules
from bangban.oversight.supervision.models import Task
from bangban.oversight.supervision.terms import HIGHEST, Trigger
from bangban.services.hotline.flow import AFTER, OPEN
from bangban.services.hotline.models import Visit, WorkOrder
from bangban.services.hotline.reads.complete import holds
from bangban.services.hotline.terms import Urgency

__all__ = ["notices"]


@holds
def still_supervised(orders: Sequence[WorkOrder]) -> dict[UUID, str]:
    """No order is archived while its supervision is open (GB33358-5.2.3.4)."""
    open_ones = Task.objects.filter(order__in=orders).exclude(state="closed").order_by("-created_at")
    return {order: f"督办{number}还没有结束" for order, number in open_ones.values_list("order_id", "number") if order}


LIMITS = {"order_handle": "办理", "order_sign": "签收", "order_transfer": "转交"}
OVERDUE_LEVEL = 2
EMERGENCY_LEVEL = 3
"""Of what was reported or put through; words alone are one level below, until somebody confirms or denies them."""
EMERGENCY_ACTS = ("order.report_emergency", "order.put_through")


def _order(event: Event) -> WorkOrder | None:
    return WorkOrder.objects.filter(number=event.number).first() if event.record_type == "order" else None


@follows(
    "supervision.emergencies",
    "order.report_emergency",
    "order.put_through",
    "order.opened",
    "order.register",
    "order.save",
)
def emergency(event: Event) -> None:
    """An emergency is supervised from the moment on that it is one, reported or told by its words (GB33358-5.2.3.1-a).

    While an agent still takes the matter down, the agent judges the words; a message without an agent is judged by nobody
    yet. What turns out to be none ends its supervision.
    """
    if event.kind == "order.save" and not (event.data.get("dial") or "urgency" in event.data.get("fields", ())):
        return
    order = _order(event)
    if order is None:
        return
    if event.kind in EMERGENCY_ACTS:
        known = order.get_emergency_class_display()
        actions.open_task(order, Trigger.EMERGENCY, f"突发应急：{known or '已转接紧急电话'}", level=EMERGENCY_LEVEL)
        actions.follow(order)
    elif order.state not in OPEN or order.emergency_class:
        return
    elif order.urgency != Urgency.EMERGENCY:
        _settle(order, Trigger.EMERGENCY, "受理人员核实不是突发应急", EMERGENCY_LEVEL)
    elif order.state != "registering" or order.agent_id is None:
        actions.open_task(order, Trigger.EMERGENCY, "来话或来信内容疑似突发应急", level=EMERGENCY_LEVEL - 1)


@follows("supervision.concentrated", "matter.concentrated")
def concentrated(event: Event) -> None:
    """What many tell, or one tells again and again, is supervised as one matter (GB33358-5.2.3.1-b)."""
    size = event.data.get("size", "")
    actions.open_for_matter(event.number, f"多次或集中反映，已有{size}张工单")


@follows("supervision.joined", "matter.grow", "matter.add_order", "matter.absorb")
def joined(event: Event) -> None:
    """An order that joins a supervised matter is supervised with it (GB33358-5.2.3.1-b)."""
    actions.note_joined(event.number, [str(one) for one in event.data.get("orders", [])])


@follows("supervision.spread", "supervision.spread")
def spread(event: Event) -> None:
    """A step is noted on every order of a matter, however many they are (GB33358-5.2.3.4)."""
    actions.go_on(event.number, UUID(event.data["after"]), event.data["tell"])


@follows("supervision.limits", "clock.warned", "clock.breached")
def limits(event: Event) -> None:
    """An order near its limit, and one beyond it (GB33358-5.2.3.1-c, -d)."""
    rule = str(event.data.get("rule", ""))
    order = _order(event)
    if order is None or rule not in LIMITS or order.state not in OPEN:
        return
    if event.kind == "clock.breached":
        _settle(order, Trigger.NEAR_DUE, "已超期，转为超期督办")
        actions.open_task(order, Trigger.OVERDUE, f"{LIMITS[rule]}超期", level=OVERDUE_LEVEL)
    elif rule == "order_handle":
        actions.open_task(order, Trigger.NEAR_DUE, "办理时限临近")


@follows("supervision.dissatisfied", "order.visit")
def dissatisfied(event: Event) -> None:
    """A bad word at the call-back is supervised (GB33358-5.2.3.1-e)."""
    order = _order(event)
    visit = Visit.objects.filter(order=order, state="done").order_by("-round").first() if order else None
    if order is None or visit is None:
        return
    bad = rules.is_bad(visit.process_satisfied, visit.result_satisfied, visit.attitude, visit.efficiency)
    if bad:
        actions.open_task(order, Trigger.DISSATISFIED, "、".join(bad))


@follows("supervision.units", "order.dispatch", "order.redispatch", "order.designate", "order.redo")
def unit_changed(event: Event) -> None:
    """Supervision goes with the order to the unit that has it now (GB33358-5.2.3.4)."""
    order = _order(event)
    if order is not None and order.lead_unit_id is not None:
        actions.follow(order)


@follows("supervision.completed", "order.complete", "order.answer", "order.withdraw", "order.refuse", "order.merge")
def completed(event: Event) -> None:
    """An order that is done is no longer near its limit; one that is none after all is no emergency that words told of."""
    order = _order(event)
    if order is not None and order.state in (*AFTER, "withdrawn", "refused", "merged", "archived"):
        _settle(order, Trigger.NEAR_DUE, "工单已办结" if order.state in AFTER else "工单已结束")
        if order.state in ("withdrawn", "refused", "merged") and not order.emergency_class:
            _settle(order, Trigger.EMERGENCY, "工单已结束", EMERGENCY_LEVEL)


def _settle(order: WorkOrder, trigger: Trigger, conclusion: str, below: int = HIGHEST + 1) -> None:
    """End the open tasks of an order for a trigger, those below a level."""
    rows = Task.objects.filter(order=order, trigger=trigger, level__lt=below).exclude(state="closed")
    for number in rows.values_list("number", flat=True):
        actions.settle(number, conclusion)
