"""Taking and freeing places: one statement that the database itself judges, so that no two take the last one.

The check and the taking are the same UPDATE under READ COMMITTED: whoever waits for the row looks at what the one before
has left. It stands as late in the transaction as it can; constraints on the table say the same a second time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from bangban.services.appointments.models import Slot

_TAKE = """
UPDATE appointments_slot SET taken = taken + 1, network_taken = network_taken + %(net)s
WHERE id = %(slot)s AND closure_id IS NULL AND starts_at > %(now)s AND taken < capacity
  AND (%(net)s = 0 OR network_limit IS NULL OR network_taken < network_limit)
"""
_FREE = """
UPDATE appointments_slot SET taken = taken - 1, network_taken = network_taken - %(net)s WHERE id = %(slot)s
"""


def take(slot_id: int, network: bool, now: datetime) -> bool:
    """Take one place of a period, online or not; False when there is none, it has begun, or it is closed."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"slot": slot_id, "net": int(network), "now": now})
        return bool(cursor.rowcount)


def free(slot_id: int, network: bool) -> None:
    """Give a place back."""
    with connection.cursor() as cursor:
        cursor.execute(_FREE, {"slot": slot_id, "net": int(network)})


def lock(slot_ids: Iterable[int]) -> list[Slot]:
    """Lock several periods in one order, so that two who exchange their periods never wait for each other."""
    return list(Slot.objects.select_for_update(of=("self",)).filter(id__in=set(slot_ids)).order_by("id"))
