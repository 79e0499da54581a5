"""Finding clocks that went yellow or red, and saying so in the ledger of their record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.models import Clock, ClockState
from bangban.foundation.flows.deed import deed
from bangban.foundation.flows.flow import FlowError, flow_of
from bangban.foundation.ledger.models import Visibility
from bangban.foundation.ledger.records import lock_by_id


def sweep(now: datetime, at_most: int = 500) -> int:
    """Judge every clock whose warning or due time has passed; each is told once. Returns how many were told."""
    due = Clock.objects.filter(
        Q(warned_at=None, warn_at__lte=now) | Q(breached_at=None, due_at__lte=now), state=ClockState.RUNNING
    )
    told = 0
    rows = due.order_by("due_at").values_list("record_type", "record_id")[:at_most]
    for record_type, record_id in dict.fromkeys(rows):
        told += _tell(record_type, record_id, now)
    return told


def _tell(record_type: str, record_id: UUID, now: datetime) -> int:
    told = 0
    try:
        with deed(flow_of(record_type), lambda: lock_by_id(record_type, record_id), "_clock", SYSTEM) as work:
            for clock in Clock.objects.select_for_update().filter(record_id=record_id, state=ClockState.RUNNING):
                if clock.breached_at is None and clock.due_at <= now:
                    clock.breached_at, clock.warned_at = clock.due_at, clock.warned_at or now
                    work.also("clock.breached", Visibility.STAFF, rule=clock.code, clock=str(clock.id))
                elif clock.warned_at is None and clock.warn_at <= now:
                    clock.warned_at = now
                    work.also("clock.warned", Visibility.STAFF, rule=clock.code, clock=str(clock.id))
                else:
                    continue
                told += 1
                work.changed(clock, "warned_at", "breached_at")
                work.tell(**{clock.code: "breached" if clock.breached_at else "warned"})
    except FlowError:
        _settle_orphans(record_id, now)
    return told


def _settle_orphans(record_id: UUID, now: datetime) -> None:
    """A clock of a finished record says nothing any more; it is stopped so that it is not looked at again."""
    Clock.objects.filter(record_id=record_id).exclude(state=ClockState.STOPPED).update(
        state=ClockState.STOPPED, stopped_at=now
    )
