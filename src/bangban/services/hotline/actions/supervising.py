"""What supervision and clocks write on an order (GB33358-5.2.3.4, 5.2.2.6)."""

from __future__ import annotations

from typing import Any

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.models import Clock, ClockState
from bangban.foundation.clocks.zones import DEFAULT_ZONE as ZONE
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.models import Undertaker, WorkOrder
from bangban.services.hotline.notices import tell_unit
from bangban.services.hotline.parties import BUSY, assignments_of

REMINDED = {
    "order_handle": "办理时限临近",
    "order_sign": "签收时限临近，请尽快签收",
    "order_assist": "协办时限临近",
}


def note(actor: Actor, number: str, level: int, **tell: Any) -> WorkOrder:
    """Write a step of supervision on the order, and the highest level it has reached; codes and references only.

    Runs inside the caller's transaction when there is one.
    """
    with order_deed(actor, number, "_supervise") as work:
        if level > work.record.supervision_level:
            work.change(supervision_level=level)
        work.tell(level=level, **tell)
    return work.record


def remind(number: str, rule: str = "order_handle") -> list[int]:
    """Remind the contacts of the units that still owe something near its limit; returns the units told (GB33358-5.2.2.6).

    Written on the order with who was reminded; the same limit is reminded once.
    """
    with order_deed(SYSTEM, number, "_remind") as work:
        order = work.record
        owing = [
            one for one in assignments_of(order)
            if one.state in BUSY and (rule != "order_assist" or one.role == "assisting")
            and (rule == "order_assist" or one.role == "lead")
        ]  # fmt: skip
        contacts = Undertaker.objects.in_bulk([one.unit_id for one in owing])
        ends = dict(Clock.objects.filter(record_id=order.id, state=ClockState.RUNNING).values_list("code", "due_at"))
        for one in owing:
            due = ends.get(rule, one.due_at)
            text = (
                f"工单{number}{REMINDED.get(rule, '时限临近')}，截止{due.astimezone(ZONE):%m月%d日%H:%M}，请抓紧办理。"
            )
            if contact := contacts.get(one.unit_id):
                tell_unit(work, contact, text, f"order.remind:{one.id}:{rule}:{due.isoformat()}")
        work.tell(rule=rule, units=[one.unit_id for one in owing], notices=len(owing))
    return [one.unit_id for one in owing]
