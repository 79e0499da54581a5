"""The commit order of events and the frames kept for each topic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from bangban.foundation.live import queries
from bangban.foundation.live.frames import Frame
from bangban.foundation.live.rules import seen_at


@dataclass(frozen=True, slots=True)
class OrderedEvent:
    """An event and its place in the commit order."""

    seq: int
    event_id: UUID
    event_at: datetime


def current_seq() -> int:
    """Return the highest number given so far, 0 before the first event."""
    return int(_rows(queries.CURRENT, {})[0][0])


def oldest_kept() -> int:
    """Return the number up to which frames may have been pruned; who asks for older ones has to reload."""
    return int(_rows(queries.FLOOR, {})[0][0])


def frames_after(topics: Iterable[str], seq: int, limit: int, visibility: str = "user") -> list[Frame]:
    """Return the first `limit` frames of some topics after a number, in commit order, each once.

    `visibility` is the level of the reader; ValueError when it is unknown. What lies before `oldest_kept` is gone.
    """
    values = {
        "topics": list(topics),
        "after": seq,
        "until": 2**63 - 1,
        "visibility": list(seen_at(visibility)),
        "limit": limit,
    }
    return queries.gather(_rows(queries.OF_TOPICS, values), limit)


def events_in_order(after_seq: int, limit: int) -> list[OrderedEvent]:
    """Return up to `limit` events after a number in commit order, for followers that must not miss any."""
    rows = _rows(queries.IN_ORDER, {"after": after_seq, "limit": limit})
    return [OrderedEvent(*row) for row in rows]


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
