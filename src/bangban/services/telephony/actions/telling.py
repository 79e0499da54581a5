"""Word to the managers of the hotline."""

from __future__ import annotations

from datetime import timedelta

from bangban.foundation.ledger.writes import Writes
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Channel
from bangban.foundation.notify.purposes import Purpose, register
from bangban.registry.org.models import Staff
from bangban.services.telephony.belonging import hotlines, several

HOTLINE_ALARM = register(Purpose("hotline_alarm", "热线告警", urgent=True, useful_for=timedelta(hours=24)))


def place_name(center: int) -> str:
    """Return the name of a hotline."""
    return next((place.name for place in hotlines() if place.id == center), "")


def tell_managers(text: str, about: str, center: int | None = None) -> int:
    """Queue a message to each manager of a hotline, once for each `about`; returns to how many.

    Managers of a house with several hotlines hear of their own one; those who sit above them hear of all.
    """
    writes = Writes()
    managers = Staff.objects.filter(active=True, account__is_active=True, duties__contains=["hotline_manager"])
    if center and several():
        managers = managers.exclude(body_id__in=[place.id for place in hotlines() if place.id != center])
        text = f"{place_name(center)}：{text}"
    found = managers.values_list("id", "account_id")
    for staff_id, account_id in found:
        address = Address(Channel.IN_APP.value, account_id=account_id)
        enqueue(writes, Message(HOTLINE_ALARM.code, (address,), text, f"{about}:{staff_id}"))
    writes.run()
    return len(found)
