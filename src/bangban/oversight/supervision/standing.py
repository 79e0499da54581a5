"""Whether what a task was opened for still stands, as far as the order tells it (GB33358-5.2.3.1)."""

from __future__ import annotations

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import clocks_of
from bangban.oversight.supervision.models import Task
from bangban.oversight.supervision.terms import Trigger
from bangban.services.hotline.flow import OPEN, STATES
from bangban.services.hotline.models import EmergencyReport, WorkOrder
from bangban.services.hotline.terms import Urgency
from bangban.services.matters import reads as matters

LIMITS = ("order_transfer", "order_sign", "order_handle")


def standing(task: Task) -> str:
    """Return what still stands, as half a sentence; empty when it is gone or nobody but a person can tell."""
    order = task.order
    if order is None:
        return _of_matter(task)
    if task.trigger in (Trigger.OVERDUE, Trigger.NEAR_DUE):
        return _of_limits(order, task.trigger)
    if task.trigger == Trigger.EMERGENCY:
        return _of_emergency(order)
    return _of_visit(order) if task.trigger == Trigger.DISSATISFIED else ""


def _of_limits(order: WorkOrder, trigger: str) -> str:
    lights = ("red",) if trigger == Trigger.OVERDUE else ("yellow", "red")
    for clock in clocks_of([order.id], now()).get(order.id, []):
        if clock.state == "running" and clock.rule in LIMITS and clock.light in lights:
            return f"工单仍是“{STATES[order.state]}”，“{clock.label}”{'已超期' if clock.light == 'red' else '临近时限'}"
    return ""


def _of_emergency(order: WorkOrder) -> str:
    if order.state not in OPEN:
        return ""
    report = EmergencyReport.objects.filter(order=order).first()
    if report is None:
        return "工单疑似突发应急，还没有核实" if order.urgency == Urgency.EMERGENCY else ""
    if report.acknowledged_at is None:
        return "突发应急还没有管理人员确认"
    return "应急单位还没有签收" if report.body_id is not None and report.receipt_at is None else ""


def _of_visit(order: WorkOrder) -> str:
    if order.state in OPEN:
        return f"工单再次办理还没有办结（{STATES[order.state]}）"
    undecided = order.process_satisfied is False and order.result_satisfied is False and not order.redo_decided
    return "不满意的工单还没有决定是否再次交办" if order.state == "visited" and undecided else ""


def _of_matter(task: Task) -> str:
    count = WorkOrder.objects.filter(number__in=matters.order_numbers(task.matter_number), state__in=OPEN).count()
    return f"集中反映事项还有{count}张工单没有办结" if count else ""
