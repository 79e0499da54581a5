"""Queueing: a message joins the rows of a deed: nothing is sent before they commit, nothing is forgotten after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import Deed
from bangban.foundation.ledger.models import Record
from bangban.foundation.ledger.writes import Writes
from bangban.foundation.notify.models import Channel, Delivery, State
from bangban.foundation.notify.purposes import purpose_of


class Address(msgspec.Struct, frozen=True):
    """Where one channel ends: an account for in-app messages, else a number or address in plain text."""

    channel: str
    value: str = ""
    account_id: int | None = None


@dataclass(frozen=True)
class Message:
    """What is to be said to one person.

    `to` names the first channel and those that follow when it fails. `key` says what it is about ("rating:OC2026…:1"):
    a second message with the same key is the same message. `not_before` is for reminders.
    """

    purpose: str
    to: tuple[Address, ...]
    text: str
    key: str
    title: str = ""
    not_before: datetime | None = None


def enqueue(into: Writes | Deed[Any], message: Message, record: Record | None = None) -> Delivery:
    """Add a message to the rows of a deed (or to a `Writes` that the caller runs); it is sent after they commit.

    Returns the delivery, or the known one when the key was used before. LookupError for an unknown purpose, ValueError
    without an address.
    """
    purpose = purpose_of(message.purpose)
    if not message.to:
        raise ValueError(f"Message {message.key!r} has no address.")
    writes, record = (into.writes, record or into.record) if isinstance(into, Deed) else (into, record)
    if known := _known(writes, message.key):
        return known
    at = into.at if isinstance(into, Deed) else now()
    first, *rest = message.to
    start = max(message.not_before or at, at)
    delivery = Delivery(
        dedupe_key=message.key,
        purpose=purpose.code,
        title=message.title or purpose.label,
        text=message.text,
        record_type=record.record_type if record else "",
        record_id=record.id if record else None,
        number=record.number if record else "",
        urgent=purpose.urgent,
        created_at=at,
        next_try_at=start,
        useful_until=start + purpose.useful_for if purpose.useful_for else None,
    )
    _aim(delivery, first, rest, at)
    writes.insert(delivery)
    if isinstance(into, Deed) and first.account_id:
        into.topics.add(f"account:{first.account_id}")
    return delivery


def _known(writes: Writes, key: str) -> Delivery | None:
    waiting = (row for row in writes.rows(Delivery) if row.dedupe_key == key)
    return next(waiting, None) or Delivery.objects.filter(dedupe_key=key).first()


def _aim(delivery: Delivery, address: Address, rest: Iterable[Address], at: datetime) -> None:
    """Set channel and address; an in-app message has arrived as soon as it is written."""
    delivery.channel, delivery.address, delivery.account_id = address.channel, address.value, address.account_id
    chain = list(rest)
    delivery.chain = msgspec.json.encode(chain).decode() if chain else ""
    if address.channel == Channel.IN_APP:
        delivery.state, delivery.sent_at, delivery.provider = State.SENT, at, "in_app"


def next_in_chain(failed: Delivery, at: datetime) -> Delivery | None:
    """Return the delivery on the next channel, not yet saved; None when the chain has ended or it is too late."""
    chain = msgspec.json.decode(failed.chain, type=list[Address]) if failed.chain else []
    if not chain or (failed.useful_until and failed.useful_until <= at):
        return None
    return again(failed, f"{failed.dedupe_key}>{chain[0].channel}", chain, at, why="fallback")


def again(old: Delivery, key: str, to: list[Address], at: datetime, *, why: str, asked_by: str = "") -> Delivery:
    """Return a new delivery of an old message, linked to it and not yet saved."""
    new = Delivery(
        dedupe_key=key,
        follows=old,
        why=why,
        asked_by=asked_by,
        created_at=at,
        next_try_at=at,
        **{name: getattr(old, name) for name in _CARRIED},
    )
    _aim(new, to[0], to[1:], at)
    return new


_CARRIED = ("purpose", "title", "text", "record_type", "record_id", "number", "urgent", "useful_until")


def cancel_waiting(record_id: UUID, purpose: str = "", at: datetime | None = None) -> int:
    """Cancel what still waits about a record (a reminder of a matter that is settled); returns how many."""
    rows = Delivery.objects.filter(record_id=record_id, state=State.QUEUED, **({"purpose": purpose} if purpose else {}))
    return rows.update(state=State.CANCELLED, ended_at=at or now())
