"""Commands to the exchange as rows: written down once, the first word of what became of each, and giving up in time."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from bangban.foundation.clocks.moment import now
from bangban.services.telephony.commands import PATIENCE, SILENT, command_of, listeners
from bangban.services.telephony.models import Call, ExchangeCommand, Leg

SHIFT = timedelta(hours=12)
"""A talk longer ago says nothing about where an agent's telephone is now."""


def write_command(kind: str, call: str, **data: str) -> None:
    """Write down one command about a call for whoever adapts its exchange; numbers are sealed."""
    at = now()
    server = _calling(data, at) if kind == "call" else _reporting(exchange_id=call)
    ExchangeCommand.objects.create(
        exchange=server, kind=kind, call=call, data=msgspec.json.encode(data).decode(), at=at
    )


def _reporting(**which: str) -> str:
    """Return the exchange that told of a call; "" when none has."""
    rows = Call.objects.filter(**which).order_by("-last_at")
    return rows.values_list("exchange", flat=True).first() or ""


def _calling(data: dict[str, str], at: datetime) -> str:
    """Return the exchange that reaches an agent: that of the latest talk, else that of the record's own call, else any."""
    talks = (
        Leg.objects.filter(staff__work_number=data["agent"], joined_at__gt=at - SHIFT) if data.get("agent") else None
    )
    latest = (
        talks.order_by("-joined_at").values_list("call__exchange", flat=True).first() if talks is not None else None
    )
    return latest or (_reporting(record_number=data["record"]) if data.get("record") else "")


def begin_command(command_id: int) -> bool:
    """Note that a command is about to be carried out; False when somebody has begun or closed it before."""
    rows = ExchangeCommand.objects.filter(id=command_id, begun_at=None, done_at=None)
    return rows.update(begun_at=now()) == 1


@transaction.atomic
def command_done(command_id: int, problem: str = "") -> None:
    """Note that a command was carried out, or why it could not be, and tell the rooms; only the first word counts."""
    row = ExchangeCommand.objects.select_for_update().filter(id=command_id, done_at=None).first()
    if row is None:
        return
    row.done_at, row.problem = now(), problem[:500]
    row.save(update_fields=["done_at", "problem"])
    if row.problem:
        for listener in listeners:
            listener(command_of(row), row.problem)


def give_up(at: datetime) -> int:
    """Close what no exchange has carried out in its time, unless its events show that it did; returns how many."""
    rows = ExchangeCommand.objects.filter(done_at=None, at__lte=at - PATIENCE).order_by("id")
    waiting = [command_of(row) for row in rows]
    told = dict(
        Call.objects.filter(exchange_id__in={one.call for one in waiting}).values_list("exchange_id", "last_at")
    )
    for command in waiting:
        last = told.get(command.call)
        command_done(command.id, "" if last is not None and last >= command.at else SILENT)
    return len(waiting)
