"""Which calls are drawn: the order of a keyed digest decides, so that anybody can draw the same again (GB33358-4.3.2-c)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from bangban.foundation.clocks.zones import start_of_day

DRAWN = """
SELECT id, agent_id FROM (
  SELECT o.id, o.agent_id, row_number() OVER (
    PARTITION BY o.agent_id ORDER BY encode(sha256((%(seed)s || o.id::text)::bytea), 'hex')) AS place
  FROM hotline_workorder o
  WHERE o.center_id = %(center)s AND o.source = 'telephone' AND o.agent_id IS NOT NULL AND o.registered_at IS NOT NULL
    AND o.received_at >= %(start)s AND o.received_at < %(end)s AND o.registered_at < %(end)s) all_calls
WHERE place <= %(per_agent)s ORDER BY agent_id, place
"""


def drawn(center_id: int, first: date, last: date, per_agent: int, seed: str) -> list[tuple[UUID, int]]:
    """Return the drawn orders with their agents; only what never changes afterwards decides."""
    values: dict[str, Any] = {
        "center": center_id, "seed": seed, "per_agent": per_agent, "start": start_of_day(first),
        "end": start_of_day(last + timedelta(days=1)),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(DRAWN, values)
        return [(order, agent) for order, agent in cursor.fetchall()]
