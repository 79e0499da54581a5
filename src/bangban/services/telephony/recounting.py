"""The figures counted afresh from the raw events, by another way than the one that moves them.

Every call is folded from all its events and counted from its times. Of what was stored only the hotline of a call is
asked: numbers and posts may have changed since it was told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.folding import CallState, fold
from bangban.services.telephony.models import MinuteFigures
from bangban.services.telephony.storing import COLUMNS, read
from bangban.services.telephony.views import Difference

Count = Counter[tuple[datetime, int, str, str]]

KEYS = ("minute", "center", "language")

CALLS_OF_TIME = f"""
SELECT {COLUMNS}, coalesce(c.center_id, 0) FROM telephony_raw_event AS r
LEFT JOIN telephony_call AS c ON c.exchange = r.exchange AND c.exchange_id = r.call
WHERE (r.exchange, r.call) IN (SELECT exchange, call FROM telephony_raw_event WHERE at >= %s AND at < %s)
ORDER BY r.exchange, r.call
"""


def recompute(first: date, last: date) -> list[Difference]:
    """Compare the stored figures of some days with those that the raw events give; empty when they agree exactly.

    Reads one state of the database, so calls may go on coming meanwhile.
    """
    start = datetime.combine(first, time(), DEFAULT_ZONE)
    end = datetime.combine(last + timedelta(days=1), time(), DEFAULT_ZONE)
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        counted = _count(start, end)
        stored = _stored(start, end)
    return [
        Difference(minute, language, name, stored[key], counted[key], center)
        for key in sorted(counted.keys() | stored.keys())
        if stored[key] != counted[key]
        for minute, center, language, name in (key,)
    ]


def _stored(start: datetime, end: datetime) -> Count:
    names = [field.name for field in MinuteFigures._meta.concrete_fields if field.name not in KEYS]
    found: Count = Counter()
    for row in MinuteFigures.objects.filter(minute__gte=start, minute__lt=end).values(*KEYS, *names):
        for name in names:
            found[(row["minute"], row["center"], row["language"], name)] = row[name]
    return found


def _count(start: datetime, end: datetime) -> Count:
    count: Count = Counter()
    for events, center in _calls(start, end):
        call = fold(events)
        if call.direction == "in" and start <= call.offered_at < end:
            _add(count, call, center)
    return count


def _add(count: Count, call: CallState, center: int) -> None:
    at = call.offered_at.astimezone(UTC)
    minute = at - timedelta(seconds=at.second, microseconds=at.microsecond)

    def add(name: str, value: int = 1) -> None:
        count[(minute, center, call.language, name)] += value

    add("offered")
    add("menu", 1 if call.menu else 0)
    add("hold_seconds", call.hold_seconds)
    if call.answered_at is not None:
        add("answered")
        if (call.answered_at - call.offered_at) <= timedelta(seconds=15):
            add("answered_in_15")
        add("wait_seconds", call.wait_seconds or 0)
        if call.ended_at is not None:
            add("talk_seconds", (call.ended_at - call.answered_at) // timedelta(seconds=1))
    elif call.ended_at is not None:
        add("abandoned" if call.outcome == "abandoned" else "missed")
        if (call.ended_at - call.offered_at) > timedelta(seconds=15):
            add("lost_late")


def _calls(start: datetime, end: datetime) -> Iterator[tuple[list[ExchangeEvent], int]]:
    """Yield the events and the hotline of each call that has any in the time, a few thousand rows in memory."""
    batch: list[ExchangeEvent] = []
    of_batch = 0
    for *row, center in _rows(start, end):
        event = read(row)
        if batch and (batch[0].exchange, batch[0].call) != (event.exchange, event.call):
            yield batch, of_batch
            batch = []
        batch.append(event)
        of_batch = center
    if batch:
        yield batch, of_batch


def _rows(start: datetime, end: datetime) -> Iterator[tuple[Any, ...]]:
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor(name="telephony_recount") as cursor:
        cursor.itersize = 5000
        cursor.execute(CALLS_OF_TIME, [start, end])
        yield from cursor
