"""What is written beside the events themselves: passing signs, and the clearing away of old frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Sign:
    """A passing sign for whoever listens to a topic: a hint to look, never personal data."""

    topic: str
    kind: str
    data: Mapping[str, Any]
    visibility: str = "user"


def publish_ephemeral(topic: str, kind: str, data: Mapping[str, Any], visibility: str = "user") -> None:
    """Show a passing sign (typing, presence) to whoever listens to a topic when the transaction commits.

    Never stored, never repeated, without a number, and never personal data. ValueError when it is malformed or larger
    than 7,500 bytes.
    """
    publish_signs([Sign(topic, kind, data, visibility)])


def publish_signs(signs: Iterable[Sign]) -> None:
    """Show several signs in one statement, for rooms whose events are not in the ledger and come in hundreds."""
    texts = [_written(sign) for sign in signs]
    if texts:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, sign) FROM unnest(%s::text[]) AS sign", [EPHEMERAL_CHANNEL, texts])


def _written(sign: Sign) -> str:
    if not TOPIC.fullmatch(sign.topic) or sign.visibility not in LEVELS:
        raise ValueError(f"no such topic or visibility: {sign.topic}, {sign.visibility}")
    text = msgspec.json.encode(
        {"topic": sign.topic, "kind": sign.kind, "visibility": sign.visibility, "data": sign.data}
    )
    if len(text) > LARGEST_SIGN:
        raise ValueError(f"a sign of {len(text)} bytes is too large; send a hint and let the client fetch")
    return text.decode()


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
