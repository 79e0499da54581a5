"""Emergencies: the number to dial, the duty manager alarmed until he answers, the emergency body told at once.

GB33358-3.1, 5.1.2.4-b, 5.2.2.3; recognising is in `emergency_words`.
"""

from __future__ import annotations

from django.db import transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.services.hotline.actions.alarming import tell_body, tell_managers, tell_next_level
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.actions.three_party import live_call
from bangban.services.hotline.emergency_words import NUMBERS, Alarm, emergency_in, told_by
from bangban.services.hotline.models import EmergencyReport, WorkOrder
from bangban.services.hotline.reads.catalogue import emergency_bodies
from bangban.services.hotline.terms import EmergencyClass, Urgency
from bangban.services.telephony.notebook import Notebook

__all__ = [
    "Alarm", "acknowledge", "emergency_in", "escalate", "put_through", "receive_emergency", "report_emergency",
]  # fmt: skip
LONGEST = 4000


def put_through(actor: Actor, number: str, to: str) -> bool:
    """Put the caller through to an emergency number (110, 119, 120, 122) and keep when (GB33358-3.1, F3.04).

    Returns whether the exchange is asked to, as soon as this deed stands; without a live call the agent says the number and
    that is kept. The order is no ordinary one from then on. When the exchange cannot, the order says so at once
    (`line_refused`). Raises Incomplete for another number.
    """
    _known_number(to)
    with order_deed(actor, number, "_put_through") as deed:
        order, call = deed.record, live_call(deed.record.call_id)
        deed.change(urgency=Urgency.EMERGENCY)
        if (report := _report(order)) is not None:
            report.transferred_to = to
            deed.changed(report, "transferred_to")
        deed.tell(dial=to, connected=call is not None)
        if call is not None:
            Notebook().transfer(call.exchange_id, to, number)
    return call is not None


def report_emergency(actor: Actor, number: str, emergency_class: str, transferred_to: str = "") -> EmergencyReport:
    """Report an emergency to the duty managers and to the body that takes its class, at once (GB33358-5.1.2.4-b, 5.2.2.3).

    Two clocks run: until a manager acknowledges (`emergency_ack`), and until the body receives (`emergency_receipt`).
    `transferred_to` is the number to which the caller was put through. A second report of one order is refused.
    """
    return _reported(actor, number, emergency_class, transferred_to)


def _reported(
    actor: Actor, number: str, emergency_class: str, transferred_to: str = "", *, in_hand: bool = False
) -> EmergencyReport:
    """Report an emergency; no manager is alarmed of one that a manager has in hand."""
    with order_deed(actor, number, "report_emergency", {"emergency_class": emergency_class}) as deed:
        order = deed.record
        if emergency_class not in EmergencyClass.values:
            sentence = "请选择突发类别：" + "、".join(EmergencyClass.labels) + "。"
            raise Incomplete(sentence, fields={"emergency_class": sentence})
        if transferred_to:
            _known_number(transferred_to)
        if _report(order) is not None:
            raise NotAllowed("这张工单已经按突发应急事件上报。", state=order.state)
        body = next(iter(emergency_bodies(emergency_class, order.region)), None)
        report = EmergencyReport(
            order=order, emergency_class=emergency_class, reported_at=deed.at, reported_by_id=actor.staff_id,
            transferred_to=transferred_to, body_id=body.unit_id if body else None, body_told_at=deed.at if body else None,
        )  # fmt: skip
        deed.insert(report)
        deed.change(emergency_class=emergency_class, urgency=Urgency.EMERGENCY)
        deed.tell(emergency_class=emergency_class, dial=transferred_to, body=body.unit_id if body else None)
        if not in_hand:
            tell_managers(deed, report)
        if body is not None:
            tell_body(deed, report, body)
            clocks.start(deed.writes, order, "emergency_receipt", body.unit_id, deed.at)
    return report


def acknowledge(actor: Actor, number: str) -> EmergencyReport:
    """Say as a manager that the emergency is in hand; the first one stands (GB33358-5.1.2.4-b).

    One that only its words tell of is reported by the same step, with the class of the words.
    """
    with transaction.atomic():
        order = WorkOrder.objects.filter(number=number.strip().upper()).first()
        if order is not None and order.urgency == Urgency.EMERGENCY and _report(order) is None:
            alarm = told_by(order)
            if alarm is not None:
                _reported(actor, number, alarm.emergency_class, in_hand=True)
        return _acknowledged(actor, number)


def _acknowledged(actor: Actor, number: str) -> EmergencyReport:
    with order_deed(actor, number, "acknowledge") as deed:
        report = _need_report(deed.record)
        if report.acknowledged_at is not None:
            raise NotAllowed("已有管理人员确认收到，请刷新查看。", state=deed.record.state)
        report.acknowledged_at, report.acknowledged_by_id = deed.at, actor.staff_id
        deed.changed(report, "acknowledged_at", "acknowledged_by_id")
        deed.tell(seconds=int((deed.at - report.reported_at).total_seconds()))
    return report


def escalate(number: str) -> bool:
    """Tell the next level that nobody acknowledged in time; once. Returns whether there was something to tell."""
    try:
        with order_deed(SYSTEM, number, "_escalate") as deed:
            report = _report(deed.record)
            if report is None or report.acknowledged_at is not None or report.escalated_at is not None:
                raise _Settled
            report.escalated_at = deed.at
            deed.changed(report, "escalated_at")
            deed.tell(minutes=int((deed.at - report.reported_at).total_seconds() // 60))
            tell_next_level(deed, report)
    except _Settled:
        return False
    return True


class _Settled(Exception):
    """Nothing is left to be told; leaves the transaction without an event."""


def receive_emergency(actor: Actor, number: str, follow_up: str = "") -> EmergencyReport:
    """Receive as the emergency body, and tell how it went on; each later word is added (GB33358-5.2.2.3)."""
    with order_deed(actor, number, "receive_emergency", {"follow_up": follow_up}) as deed:
        report, said = _need_report(deed.record), follow_up.replace("\0", "").strip()
        if report.receipt_at is not None and not said:
            raise NotAllowed("本单位已经签收，请填写处置情况。", state=deed.record.state)
        text = "\n".join(part for part in (report.follow_up, said) if part)
        if len(text) > LONGEST:
            sentence = f"处置情况合计最多{LONGEST}字，请精简后再提交。"
            raise Incomplete(sentence, fields={"follow_up": sentence})
        if report.receipt_at is None:
            report.receipt_at, report.receipt_by_id = deed.at, actor.staff_id
            deed.tell(seconds=int((deed.at - report.reported_at).total_seconds()))
        report.follow_up = text
        deed.changed(report, "receipt_at", "receipt_by_id", "follow_up")
        deed.tell(unit_name=actor.unit_name, follow_up=bool(said))
    return report


def _known_number(to: str) -> None:
    if to not in NUMBERS:
        sentence = "请选择紧急电话：" + "、".join(f"{number} {name}" for number, name in NUMBERS.items()) + "。"
        raise Incomplete(sentence, fields={"transferred_to": sentence})


def _report(order: WorkOrder) -> EmergencyReport | None:
    return EmergencyReport.objects.filter(order_id=order.id).first()


def _need_report(order: WorkOrder) -> EmergencyReport:
    report = _report(order)
    if report is None:
        raise NotAllowed("这张工单没有按突发应急事件上报。", state=order.state)
    return report
