"""Commands that wait for the exchange, for whoever adapts one."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bangban.services.telephony.models import ExchangeCommand


class Command(msgspec.Struct, frozen=True):
    """A command that waits for the exchange."""

    id: int
    kind: str
    call: str
    data: dict[str, str]
    at: datetime


def waiting_commands(after: int = 0, limit: int = 100) -> list[Command]:
    """Return commands that are not done yet, the oldest first, for the adapter that fetches them."""
    rows = ExchangeCommand.objects.filter(done_at=None, id__gt=after).order_by("id")[:limit]
    return [command_of(row) for row in rows]


def command_of(row: ExchangeCommand) -> Command:
    """Return a row as the command that it is."""
    return Command(row.id, row.kind, row.call, msgspec.json.decode(row.data, type=dict[str, str]), row.at)
