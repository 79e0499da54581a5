"""What follows when nobody acknowledges an emergency, and when a message without an agent tells of one."""

from __future__ import annotations

from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.flows.reacting import follows, reacts
from bangban.foundation.ledger.models import Event
from bangban.services.hotline.actions.alarming import warn_managers
from bangban.services.hotline.actions.emergencies import escalate
from bangban.services.hotline.emergency_words import told_by
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.terms import Urgency


@follows("hotline.escalation", "clock.breached")
def tell_next_level(event: Event) -> None:
    """When the acknowledgement of an emergency lapses, the next level is told (GB33358-5.1.2.4-b)."""
    if event.record_type != WorkOrder.record_type or event.data.get("rule") != "emergency_ack":
        return
    try:
        escalate(event.number)
    except FlowError:
        return  # the order ended meanwhile


@reacts("order.opened")
def warn_of_message(deed: Deed[WorkOrder], event: Event) -> None:
    """A message that tells of an emergency waits for no agent to open it: the managers on duty are told (GB33358-3.1)."""
    if deed.record.agent_id is None and deed.record.urgency == Urgency.EMERGENCY:
        alarm = told_by(deed.record)
        warn_managers(deed, "、".join(alarm.numbers) if alarm else event.data.get("dial", ""))
