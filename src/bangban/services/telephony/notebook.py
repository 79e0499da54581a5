"""What the exchange is asked to do, written down: whoever adapts fetches it once the transaction has committed.

A deed that rings somebody writes here, so nothing is rung before the deed stands and no lock is held while an exchange is
asked. What cannot be carried out is told to the rooms, each by a listener (`when_refused`). A house without an exchange
writes every command down.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from bangban.foundation.clocks.moment import now
from bangban.foundation.ledger.identifiers import new_id
from bangban.services.telephony.actions.airing import use_audio
from bangban.services.telephony.models import Call, ExchangeCommand

PATIENCE = timedelta(minutes=1)
"""A command that waits longer is not carried out any more: nobody expects the telephone to ring by then."""

SILENT = "电话交换机一分钟内没有应答。"


class Notebook:
    """Writes each command as a row; numbers are sealed."""

    def call(self, number: str, agent_work_number: str, record_number: str) -> str:
        """Write down an outgoing call; returns the name that its events are to bear."""
        name = f"out-{new_id().hex}"
        self._write("call", name, number=number, agent=agent_work_number, record=record_number)
        return name

    def join(self, call: str, number: str, role: str, record_number: str = "") -> None:
        """Write down that a third party is to be brought in."""
        self._write("join", call, number=number, role=role, record=record_number)

    def transfer(self, call: str, number: str, record_number: str = "") -> None:
        """Write down that a call is to be handed over."""
        self._write("transfer", call, number=number, record=record_number)

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
    return [_command(row) for row in rows]


Refused = Callable[[Command, str], None]
_listeners: list[Refused] = []


def when_refused(listener: Refused) -> Refused:
    """Let a room hear of each command that could not be carried out, with the reason; it looks at `data["record"]`."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


@transaction.atomic
def done(command_id: int, problem: str = "") -> None:
    """Note that a command was carried out, or why it could not be, and tell the rooms; only the first word counts."""
    row = ExchangeCommand.objects.select_for_update().filter(id=command_id, done_at=None).first()
    if row is None:
        return
    row.done_at, row.problem = now(), problem[:500]
    row.save(update_fields=["done_at", "problem"])
    if row.problem:
        for listener in _listeners:
            listener(_command(row), row.problem)


def give_up(at: datetime) -> int:
    """Close what no exchange has carried out in its time, unless its events show that it did; returns how many."""
    waiting = [
        _command(row) for row in ExchangeCommand.objects.filter(done_at=None, at__lte=at - PATIENCE).order_by("id")
    ]
    told = dict(
        Call.objects.filter(exchange_id__in={one.call for one in waiting}).values_list("exchange_id", "last_at")
    )
    for command in waiting:
        last = told.get(command.call)
        done(command.id, "" if last is not None and last >= command.at else SILENT)
    return len(waiting)


def _command(row: ExchangeCommand) -> Command:
    return Command(row.id, row.kind, row.call, msgspec.json.decode(row.data, type=dict[str, str]), row.at)
