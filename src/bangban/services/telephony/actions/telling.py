"""Word to the managers of the hotline."""

from __future__ import annotations

from datetime import timedelta

from bangban.foundation.ledger.writes import Writes
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Channel
from bangban.foundation.notify.purposes import Purpose, register
from bangban.registry.org.models import Staff

HOTLINE_ALARM = register(Purpose("hotline_alarm", "热线告警", urgent=True, useful_for=timedelta(hours=24)))


def tell_managers(text: str, about: str) -> int:
    """Queue a message to each hotline manager, once for each `about`; returns to how many."""
    writes = Writes()
    managers = Staff.objects.filter(active=True, account__is_active=True, duties__contains=["hotline_manager"])
    found = managers.values_list("id", "account_id")
    for staff_id, account_id in found:
        address = Address(Channel.IN_APP.value, account_id=account_id)
        enqueue(writes, Message(HOTLINE_ALARM.code, (address,), text, f"{about}:{staff_id}"))
    writes.run()
    return len(found)
