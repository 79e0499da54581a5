"""What is written beside the events themselves: passing signs, and the clearing away of old frames."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from bangban.foundation.live.numbering import EPHEMERAL_CHANNEL
from bangban.foundation.live.rules import LEVELS, TOPIC

LARGEST_SIGN = 7_500
BATCH = 5_000

RAISE_FLOOR = """
INSERT INTO live_retention (id, floor, pruned_at)
SELECT 1, coalesce(
    (SELECT seq - 1 FROM live_frame WHERE at >= %(before)s ORDER BY seq LIMIT 1),
    (SELECT max(seq) FROM live_frame),
    0
), now()
ON CONFLICT (id) DO UPDATE SET floor = greatest(live_retention.floor, excluded.floor), pruned_at = now()
RETURNING floor
"""

DELETE_BATCH = """
DELETE FROM live_frame WHERE (topic, seq) IN (
    SELECT topic, seq FROM live_frame WHERE seq <= %(floor)s ORDER BY seq LIMIT %(batch)s
)
"""


def publish_ephemeral(topic: str, kind: str, data: Mapping[str, Any], visibility: str = "user") -> None:
    """Show a passing sign (typing, presence) to whoever listens to a topic when the transaction commits.

    Never stored, never repeated, without a number, and never personal data. ValueError when it is malformed or larger
    than 7,500 bytes.
    """
    if not TOPIC.fullmatch(topic) or visibility not in LEVELS:
        raise ValueError(f"no such topic or visibility: {topic}, {visibility}")
    sign = msgspec.json.encode({"topic": topic, "kind": kind, "visibility": visibility, "data": data})
    if len(sign) > LARGEST_SIGN:
        raise ValueError(f"a sign of {len(sign)} bytes is too large; send a hint and let the client fetch")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [EPHEMERAL_CHANNEL, sign.decode()])


def prune(before: datetime, batch: int = BATCH) -> int:
    """Delete the frames older than a point in time, in short transactions; returns how many.

    Only the oldest unbroken part goes: frames up to the first one that is young enough. The commit order itself stays.
    Must not run inside a transaction, because the new floor has to be visible before the first frame is deleted.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(RAISE_FLOOR, {"before": before})
        floor = cursor.fetchone()[0]
    deleted: int = 0
    while True:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(DELETE_BATCH, {"floor": floor, "batch": batch})
            deleted += cursor.rowcount
            if cursor.rowcount < batch:
                return deleted
