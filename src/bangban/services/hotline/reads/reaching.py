"""The calls that were made to the caller of an order through the platform, without any number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.ledger.models import Event
from bangban.services.hotline.reads.found import found_order
from bangban.services.telephony import reads as telephony

MOST = 50
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


def line_problem(order_id: UUID) -> str:
    """Return what the exchange could not do for an order, and what to do instead; nothing once something else was wished."""
    kinds = (*WISHES, "order.line_refused")
    last = Event.objects.filter(record_id=order_id, kind__in=kinds).order_by("-position").first()
    return str(last.data.get("sentence", "")) if last is not None else ""


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
