"""The exchange of a house that has none connected: commands are written down, and whoever adapts fetches them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bangban.foundation.clocks.moment import now
from bangban.foundation.ledger.identifiers import new_id
from bangban.services.telephony.actions.airing import use_audio
from bangban.services.telephony.models import ExchangeCommand


class Notebook:
    """Writes each command as a row; numbers are sealed."""

    def call(self, number: str, agent_work_number: str, record_number: str) -> str:
        """Write down an outgoing call; returns the name that its events are to bear."""
        name = f"out-{new_id().hex}"
        self._write("call", name, number=number, agent=agent_work_number, record=record_number)
        return name

    def join(self, call: str, number: str, role: str) -> None:
        """Write down that a third party is to be brought in."""
        self._write("join", call, number=number, role=role)

    def transfer(self, call: str, number: str) -> None:
        """Write down that a call is to be handed over."""
        self._write("transfer", call, number=number)

    def hold(self, call: str) -> None:
        """Write down that the caller is to wait."""
        self._write("hold", call)

    def resume(self, call: str) -> None:
        """Write down that the waiting is to end."""
        self._write("resume", call)

    def hang_up(self, call: str) -> None:
        """Write down that a call is to end."""
        self._write("hang_up", call)

    def play(self, call: str, audio_key: str) -> None:
        """Write down what is to be played; NotAllowed when it is not approved (GB33358-5.1.2.2-b)."""
        audio = use_audio(audio_key)
        self._write("play", call, audio=audio.key, file=audio.file)

    @staticmethod
    def _write(kind: str, call: str, **data: str) -> None:
        ExchangeCommand.objects.create(kind=kind, call=call, data=msgspec.json.encode(data).decode(), at=now())


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


def done(command_id: int, problem: str = "") -> None:
    """Note that a command was carried out, or why it could not be; only the first word counts."""
    ExchangeCommand.objects.filter(id=command_id, done_at=None).update(done_at=now(), problem=problem[:500])
