"""Finding tickets of the day at the guidance desk: by what is printed, by phone, or the latest ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.phones import clean_phone
from bangban.foundation.clocks.moment import now
from bangban.foundation.privacy.crypto import blind_index
from bangban.registry.halls.reads import Hall, hall
from bangban.registry.org.models import Staff
from bangban.services.queues.flow import FLOW
from bangban.services.queues.models import Ticket
from bangban.services.queues.parties import parties_of

MOST = 20


@dataclass(frozen=True)
class Found:
    """A ticket as a line of a list; `reserved_for` names the specialist that it is kept for."""

    number: str
    label: str
    state: str
    state_label: str
    klass: str
    flags: tuple[str, ...]
    window: str
    issued_at: datetime
    called_at: datetime | None
    missed_at: datetime | None
    reserved_for: str
    allowed: tuple[str, ...]


def find_tickets(actor: Actor, body_id: int, text: str = "", limit: int = MOST) -> list[Found]:
    """Return tickets of today that fit a label, the end of a number, or a phone number; the latest ones for no words.

    Only what is there for this actor; the latest first, a constant number of queries.
    """
    plan = hall(body_id)
    if plan is None:
        return []
    rows = Ticket.objects.filter(body_id=body_id, business_date=plan.day_of(now()))
    if text.strip():
        rows = rows.filter(_fits(text.strip()))
    return _lines(rows.order_by("-issued_at", "-id")[:limit], plan, actor)


def kept_for_specialists(actor: Actor, body_id: int, limit: int = MOST) -> list[Found]:
    """Return waiting tickets that only one specialist may call, the longest waiting first (BJ-3.1.3-c)."""
    plan = hall(body_id)
    if plan is None:
        return []
    rows = Ticket.objects.filter(
        body_id=body_id, business_date=plan.day_of(now()), state="waiting", reserved_staff__isnull=False
    )
    return _lines(rows.order_by("queued_at", "id")[:limit], plan, actor)


def _fits(text: str) -> Q:
    if phone := clean_phone(text):
        return Q(phone_index=blind_index(phone, "phone"))
    label = "".join(text.split()).upper()
    return Q(label=label) | Q(number=label) | Q(appointment_number=label)


def _lines(rows: QuerySet[Ticket], plan: Hall, actor: Actor) -> list[Found]:
    tickets = list(rows)
    kept = {ticket.reserved_staff_id for ticket in tickets if ticket.reserved_staff_id}
    names = dict(Staff.objects.filter(id__in=kept).values_list("id", "name")) if kept else {}
    return [_line(ticket, plan, actor, names) for ticket in tickets if parties_of(ticket, actor)]


def _line(ticket: Ticket, plan: Hall, actor: Actor, names: dict[int, str]) -> Found:
    klass = plan.classes.get(ticket.klass_id)
    window = plan.windows.get(ticket.window_id or 0)
    return Found(
        number=ticket.number,
        label=ticket.label,
        state=ticket.state,
        state_label=FLOW.states[ticket.state],
        klass=klass.name if klass else "",
        flags=tuple(ticket.flags),
        window=window.label if window else "",
        issued_at=ticket.issued_at,
        called_at=ticket.called_at,
        missed_at=ticket.missed_at,
        reserved_for=names.get(ticket.reserved_staff_id or 0, ""),
        allowed=tuple(line.action for line in FLOW.allowed(ticket, parties_of(ticket, actor))),
    )
