"""Writing the ledger: append an event, seal an hour, make room for coming months."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from cryptography.hazmat.primitives import hashes, hmac
from django.db import connection, transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.ledger.chain import DIGESTED, event_digest, merkle_root
from bangban.foundation.ledger.models import Event, Link, Record, Seal, Visibility
from bangban.foundation.ledger.writes import Writes
from bangban.foundation.privacy.keys import key_store


def append(
    writes: Writes,
    record: Record,
    kind: str,
    actor: Actor,
    at: datetime,
    *,
    data: dict[str, Any] | None = None,
    visibility: Visibility = Visibility.STAFF,
    clause: str = "",
    topics: Iterable[str] = (),
) -> Event:
    """Add one event to the chain of a locked record; it is sent with the other rows of the deed.

    `data` holds codes and references, never personal data. `at` is aware. The caller updates `chain_length` and
    `chain_head` of the record, which this function moves on.
    """
    event = Event(
        at=at.astimezone(UTC),
        kind=kind,
        record_type=record.record_type,
        record_id=record.id,
        number=record.number,
        position=record.chain_length + 1,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.public_name,
        role=actor.role,
        unit_id=actor.unit_id,
        channel=actor.channel,
        visibility=visibility.value,
        clause=clause,
        data=msgspec.to_builtins(data or {}),
        topics=sorted(set(topics)),
        prev=bytes(record.chain_head),
    )
    event.digest = event_digest({name: getattr(event, name) for name in DIGESTED}, bytes(event.prev))
    record.chain_length, record.chain_head = event.position, event.digest
    writes.insert(event)
    return event


def link(writes: Writes, source: Record, target: Record, why: str, at: datetime) -> None:
    """Join two records to one journey; linking twice is refused by the database."""
    writes.insert(
        Link(
            from_type=source.record_type, from_id=source.id, to_type=target.record_type, to_id=target.id, why=why, at=at
        )
    )


def seal_signature(root: bytes, prev: bytes, first: int, last: int) -> bytes:
    """Sign a seal with the installation's key (HMAC-SM3), so that a seal cannot be made anew by SQL alone."""
    mac = hmac.HMAC(key_store().index_key(), hashes.SM3())
    mac.update(f"seal {first} {last} ".encode() + root + prev)
    return mac.finalize()


def seal_until(now: datetime, *, at_most: int = 50_000) -> int:
    """Seal what was committed since the last seal; returns the number of events sealed."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ledger_seal'))")
        before = Seal.objects.order_by("-id").first()
        start = before.last_seq + 1 if before else 1
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT o.seq, e.digest FROM live_order o JOIN ledger_event e ON e.id = o.event_id AND e.at = o.event_at"
                " WHERE o.seq >= %s ORDER BY o.seq LIMIT %s",
                [start, at_most],
            )
            rows = cursor.fetchall()
        if not rows:
            return 0
        root, prev = merkle_root([bytes(row[1]) for row in rows]), bytes(before.root) if before else b""
        last = rows[-1][0]
        Seal.objects.create(
            first_seq=start,
            last_seq=last,
            root=root,
            prev=prev,
            signature=seal_signature(root, prev, start, last),
            sealed_at=now,
        )
        return len(rows)


def make_partitions(first: datetime, months: int = 4) -> None:
    """Create the monthly tables of the ledger from the month of `first` on; existing ones stay."""
    start = first.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        for _ in range(months):
            end = (start + timedelta(days=32)).replace(day=1)
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS ledger_event_{start:%Y_%m} PARTITION OF ledger_event"
                f" FOR VALUES FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"
            )
            start = end
