"""Commands to the exchange as rows: written down once, and the first word of what became of each.

What cannot be carried out is told to the rooms, each by a listener (`when_refused`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from bangban.foundation.clocks.moment import now
from bangban.services.telephony.models import Call, ExchangeCommand
from bangban.services.telephony.reads.commands import Command, command_of

PATIENCE = timedelta(minutes=1)
"""A command that waits longer is not carried out any more: nobody expects the telephone to ring by then."""

SILENT = "电话交换机一分钟内没有应答。"


def write_command(kind: str, call: str, **data: str) -> None:
    """Write down one command about a call for whoever adapts the exchange; numbers are sealed."""
    ExchangeCommand.objects.create(kind=kind, call=call, data=msgspec.json.encode(data).decode(), at=now())


Refused = Callable[[Command, str], None]
_listeners: list[Refused] = []


def when_refused(listener: Refused) -> Refused:
    """Let a room hear of each command that could not be carried out, with the reason; it looks at `data["record"]`."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


@transaction.atomic
def command_done(command_id: int, problem: str = "") -> None:
    """Note that a command was carried out, or why it could not be, and tell the rooms; only the first word counts."""
    row = ExchangeCommand.objects.select_for_update().filter(id=command_id, done_at=None).first()
    if row is None:
        return
    row.done_at, row.problem = now(), problem[:500]
    row.save(update_fields=["done_at", "problem"])
    if row.problem:
        for listener in _listeners:
            listener(command_of(row), row.problem)


def give_up(at: datetime) -> int:
    """Close what no exchange has carried out in its time, unless its events show that it did; returns how many."""
    waiting = [
        command_of(row) for row in ExchangeCommand.objects.filter(done_at=None, at__lte=at - PATIENCE).order_by("id")
    ]
    told = dict(
        Call.objects.filter(exchange_id__in={one.call for one in waiting}).values_list("exchange_id", "last_at")
    )
    for command in waiting:
        last = told.get(command.call)
        command_done(command.id, "" if last is not None and last >= command.at else SILENT)
    return len(waiting)
