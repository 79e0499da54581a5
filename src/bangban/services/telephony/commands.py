"""A command to the exchange as its adapter reads it, and who hears when one could not be carried out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from bangban.services.telephony.models import Call, ExchangeCommand

PATIENCE = timedelta(minutes=1)
"""A command that waits longer is not carried out any more: nobody expects the telephone to ring by then."""

SILENT = "电话交换机一分钟内没有应答。"


class Command(msgspec.Struct, frozen=True):
    """A command that waits for the exchange."""

    id: int
    kind: str
    call: str
    data: dict[str, str]
    at: datetime
    begun_at: datetime | None = None
    exchange: str = ""


def command_of(row: ExchangeCommand) -> Command:
    """Return a stored command as its adapter reads it."""
    return Command(
        row.id,
        row.kind,
        row.call,
        msgspec.json.decode(row.data, type=dict[str, str]),
        row.at,
        row.begun_at,
        row.exchange,
    )


def waiting_commands(exchange: str | None = None, *, after: int = 0, limit: int = 100) -> list[Command]:
    """Return commands that are not done yet, the oldest first: an exchange's own and those that any may take, or all."""
    rows = ExchangeCommand.objects.filter(done_at=None, id__gt=after)
    if exchange is not None:
        rows = rows.filter(exchange__in=("", exchange))
    return [command_of(row) for row in rows.order_by("id")[:limit]]


def has_told(command: Command, exchange: str) -> bool:
    """Tell whether an exchange has told something of the call outside that a command was to begin."""
    return command.kind == "call" and Call.objects.filter(exchange=exchange, exchange_id=command.call).exists()


Refused = Callable[[Command, str], None]
listeners: list[Refused] = []


def when_refused(listener: Refused) -> Refused:
    """Let a room hear of each command that could not be carried out, with the reason; it looks at `data["record"]`."""
    if listener not in listeners:
        listeners.append(listener)
    return listener
