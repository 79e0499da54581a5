"""The calls that were made to the caller of an order through the platform, without any number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.ledger.models import Event
from bangban.services.hotline.reads.found import found_order
from bangban.services.telephony import reads as telephony

MOST = 50
QUIET = ("order.clock", "order.remind", "order.use", "order.save", "order.reveal")
RINGS_FOR = timedelta(minutes=1)
TOLD_FOR = timedelta(minutes=10)
WISHES = ("order.contact", "order.call_unit", "order.put_through")


@dataclass(frozen=True)
class MadeCall:
    """One outgoing call: who rang for whom, and whether it was answered; the proof of a reply is its id."""

    call_id: UUID
    person: str
    by: str
    at: datetime
    answered: bool
    talk_seconds: int


@dataclass(frozen=True)
class OwnCall:
    """What came of the viewer's own last wish to the exchange: it is ringing, or it failed and why; since when."""

    ringing: bool
    sentence: str
    at: datetime


def own_call_now(actor: Actor, order_id: UUID) -> OwnCall | None:
    """Return how the viewer's own call for an order stands; nothing for others, after a further step, or some minutes later."""
    events = Event.objects.filter(record_id=order_id).order_by("-position")
    last = events.filter(kind__startswith="order.").exclude(kind__in=QUIET).first()
    refused = last if last is not None and last.kind == "order.line_refused" else None
    wish = events.filter(kind__in=WISHES).first() if refused else last
    if wish is None or wish.kind not in WISHES or wish.actor_id != actor.id:
        return None
    shown = refused or wish
    if now() - shown.at > (TOLD_FOR if refused else RINGS_FOR) or (not refused and "call" not in wish.data):
        return None
    return OwnCall(refused is None, str(shown.data.get("sentence", "")), wish.at)


def calls_made(actor: Actor, number: str) -> list[MadeCall]:
    """Return the calls of an order that the exchange has told of, the latest first; NotYours for strangers."""
    order = found_order(actor, number)
    events = Event.objects.filter(record_id=order.id, kind="order.contact", data__has_key="call").order_by("-position")
    told = {event.data["call"]: event for event in events[:MOST]}
    phones = {order.contact_phone, *(other.contact_phone for other in order.merged.all())} - {""}
    calls = [call for phone in sorted(phones) for call in telephony.calls_of_phone(phone, limit=MOST)]
    return [
        MadeCall(
            call_id=call.id, person=told[call.exchange_id].data["person"], by=told[call.exchange_id].actor_name,
            at=call.offered_at, answered=call.answered_at is not None, talk_seconds=call.talk_seconds or 0,
        )
        for call in sorted(calls, key=lambda call: call.offered_at, reverse=True)
        if call.exchange_id in told
    ]  # fmt: skip
