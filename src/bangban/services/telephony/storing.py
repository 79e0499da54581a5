"""Raw events in and out of their table, many at a time; what may name a person is sealed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from bangban.foundation.privacy.crypto import seal, unseal
from bangban.services.telephony.events import ExchangeEvent

PLACE = "telephony_raw_event.personal"
PERSONAL = ("caller", "called", "party", "note")
PLAIN = {
    "direction": "in", "agent": "", "language": "", "role": "", "by": "", "recording": "", "seconds": 0, "digest": "",
}  # fmt: skip

INSERT = """
INSERT INTO telephony_raw_event (exchange, event_id, at, call, kind, data, personal, received_at)
SELECT exchange, event_id, at, call, kind, data::jsonb, personal, %s::timestamptz FROM unnest(
    %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::bytea[]
) AS told (exchange, event_id, at, call, kind, data, personal) ON CONFLICT DO NOTHING
"""

COLUMNS = "r.exchange, r.event_id, r.at, r.call, r.kind, r.data::text, r.personal"

# Per call and by its own stretch of time: a few look-ups in one or two months instead of a scan that grows.
OF_CALLS = f"""
SELECT {COLUMNS}
FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[]) AS w (exchange, call, first_at, last_at)
CROSS JOIN LATERAL (
    SELECT * FROM telephony_raw_event
    WHERE exchange = w.exchange AND call = w.call AND at BETWEEN w.first_at AND w.last_at OFFSET 0
) AS r
"""


def keep(events: Sequence[ExchangeEvent], received_at: datetime) -> None:
    """Write events that are not known yet; one that is known stays as it is."""
    columns: list[list[Any]] = [list(column) for column in zip(*map(_row, events), strict=True)]
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(INSERT, [received_at, *columns])


def events_of(calls: Iterable[tuple[str, str, datetime, datetime]]) -> list[ExchangeEvent]:
    """Return all events of calls, given as (exchange, call, first moment, last moment)."""
    columns = [list(column) for column in zip(*calls, strict=True)]
    if not columns:
        return []
    with connection.cursor() as cursor:
        cursor.execute(OF_CALLS, columns)
        return [read(row) for row in cursor.fetchall()]


def read(row: Sequence[Any]) -> ExchangeEvent:
    """Return the event of a row with COLUMNS."""
    exchange, event_id, at, call, kind, data, personal = row
    more = msgspec.json.decode(data)
    if personal:
        more |= msgspec.json.decode(unseal(bytes(personal), PLACE))
    return ExchangeEvent(exchange=exchange, id=event_id, call=call, kind=kind, at=at, **more)


def _row(event: ExchangeEvent) -> tuple[Any, ...]:
    data = {name: value for name, usual in PLAIN.items() if (value := getattr(event, name)) != usual}
    named = {name: value for name in PERSONAL if (value := getattr(event, name))}
    return (
        event.exchange, event.id, event.at, event.call, event.kind, msgspec.json.encode(data).decode(),
        seal(msgspec.json.encode(named).decode(), PLACE) if named else b"",
    )  # fmt: skip
