"""The exchange of a house that has none connected: commands are written down, and whoever adapts fetches them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bangban.foundation.ledger.identifiers import new_id
from bangban.services.telephony.actions.airing import use_audio
from bangban.services.telephony.actions.commanding import write_command
from bangban.services.telephony.models import ExchangeCommand


class Notebook:
    """Writes each command as a row; numbers are sealed."""

    def call(self, number: str, agent_work_number: str, record_number: str) -> str:
        """Write down an outgoing call; returns the name that its events are to bear."""
        name = f"out-{new_id().hex}"
        write_command("call", name, number=number, agent=agent_work_number, record=record_number)
        return name

    def join(self, call: str, number: str, role: str) -> None:
        """Write down that a third party is to be brought in."""
        write_command("join", call, number=number, role=role)

    def transfer(self, call: str, number: str) -> None:
        """Write down that a call is to be handed over."""
        write_command("transfer", call, number=number)

    def hold(self, call: str) -> None:
        """Write down that the caller is to wait."""
        write_command("hold", call)

    def resume(self, call: str) -> None:
        """Write down that the waiting is to end."""
        write_command("resume", call)

    def hang_up(self, call: str) -> None:
        """Write down that a call is to end."""
        write_command("hang_up", call)

    def play(self, call: str, audio_key: str) -> None:
        """Write down what is to be played; NotAllowed when it is not approved (GB33358-5.1.2.2-b)."""
        audio = use_audio(audio_key)
        write_command("play", call, audio=audio.key, file=audio.file)


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
    return [
        Command(row.id, row.kind, row.call, msgspec.json.decode(row.data, type=dict[str, str]), row.at) for row in rows
    ]
