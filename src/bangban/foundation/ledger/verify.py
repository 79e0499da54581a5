"""Proof that the ledger was not touched: chains, heads, commit order and seals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from bangban.foundation.ledger.actions import seal_signature
from bangban.foundation.ledger.chain import DIGESTED, event_digest, merkle_root
from bangban.foundation.ledger.models import Event, Seal
from bangban.foundation.ledger.records import record_models


@dataclass(frozen=True)
class Broken:
    """One thing that does not fit: which event or seal, and in which way."""

    what: str
    reference: str
    why: str

    def __str__(self) -> str:
        return f"{self.what} {self.reference}: {self.why}"


@dataclass(frozen=True)
class Report:
    """What was looked at and what was found broken (the first few)."""

    events: int
    records: int
    seals: int
    broken: tuple[Broken, ...]


def verify(at_most: int = 20) -> Report:
    """Read the whole ledger once, in constant memory, and name the first events that were changed."""
    found: list[Broken] = []
    events = records = 0
    for source in (_chains(), _order()):
        for item in source:
            if isinstance(item, Broken):
                found.append(item)
            else:
                events, records = events + item[0], records + item[1]
            if len(found) >= at_most:
                break
    found += list(_heads())[:at_most]
    seals, broken_seals = _seals()
    return Report(events, records, seals, tuple([*found, *broken_seals][:at_most]))


def _chains() -> Iterator[Broken | tuple[int, int]]:
    record, prev, position = None, b"", 0
    for event in Event.objects.order_by("record_id", "position", "at").iterator(chunk_size=2000):
        if event.record_id != record:
            record, prev, position = event.record_id, b"", 0
            yield 0, 1
        yield 1, 0
        name = f"{event.number} #{event.position} {event.kind} ({event.id})"
        if event.position != position + 1:
            yield Broken("event", name, f"event #{position + 1} of this record is missing")
        elif bytes(event.prev) != prev:
            yield Broken("event", name, "does not follow the event before it")
        elif event_digest({field: getattr(event, field) for field in DIGESTED}, prev) != bytes(event.digest):
            yield Broken("event", name, "its content was changed after it was written")
        prev, position = bytes(event.digest), event.position


def _order() -> Iterator[Broken]:
    """Find numbers of the commit order without their event: rows that somebody deleted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.seq, o.event_id FROM live_order o LEFT JOIN ledger_event e"
            " ON e.id = o.event_id AND e.at = o.event_at WHERE e.id IS NULL ORDER BY o.seq LIMIT 20"
        )
        for seq, event_id in cursor.fetchall():
            yield Broken("event", f"{event_id} (seq {seq})", "was deleted")


def _heads() -> Iterator[Broken]:
    """Compare the head kept on each record with its last event: finds a chain cut at its end."""
    for model in record_models():
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT r.number FROM {model._meta.db_table} r LEFT JOIN ledger_event e ON e.record_id = r.id"
                " AND e.position = r.chain_length WHERE e.digest IS DISTINCT FROM r.chain_head LIMIT 20"
            )
            for (number,) in cursor.fetchall():
                yield Broken("record", number, "its last event is missing or was changed")


def _seals() -> tuple[int, list[Broken]]:
    broken: list[Broken] = []
    prev, count = b"", 0
    for seal in Seal.objects.order_by("id").iterator():
        count += 1
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT e.digest FROM live_order o JOIN ledger_event e ON e.id = o.event_id AND e.at = o.event_at"
                " WHERE o.seq BETWEEN %s AND %s ORDER BY o.seq",
                [seal.first_seq, seal.last_seq],
            )
            root = merkle_root([bytes(row[0]) for row in cursor.fetchall()])
        signature = seal_signature(bytes(seal.root), bytes(seal.prev), seal.first_seq, seal.last_seq)
        if root != bytes(seal.root) or bytes(seal.prev) != prev:
            broken.append(
                Broken("seal", str(seal.id), f"events {seal.first_seq}-{seal.last_seq} changed after sealing")
            )
        elif signature != bytes(seal.signature):
            broken.append(Broken("seal", str(seal.id), "was not made by this installation"))
        prev = bytes(seal.root)
    return count, broken
