"""Commands to the exchange as rows: written down once, and the first word of what became of each."""

from __future__ import annotations

import msgspec

from bangban.foundation.clocks.moment import now
from bangban.services.telephony.models import ExchangeCommand


def write_command(kind: str, call: str, **data: str) -> None:
    """Write down one command about a call for whoever adapts the exchange; numbers are sealed."""
    ExchangeCommand.objects.create(kind=kind, call=call, data=msgspec.json.encode(data).decode(), at=now())


def command_done(command_id: int, problem: str = "") -> None:
    """Note that a command was carried out, or why it could not be; only the first word counts."""
    ExchangeCommand.objects.filter(id=command_id, done_at=None).update(done_at=now(), problem=problem[:500])
