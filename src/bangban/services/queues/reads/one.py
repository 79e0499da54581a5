"""One ticket, as its holder and the staff of the hall see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import NotYours
from bangban.foundation.privacy.crypto import digest
from bangban.registry.halls.reads import Hall, hall
from bangban.registry.org.reads import place
from bangban.services.queues.flow import FLOW
from bangban.services.queues.models import Ticket
from bangban.services.queues.parties import parties_of
from bangban.services.queues.reads.waiting import Expectation, line_of


@dataclass(frozen=True)
class TicketView:
    """A ticket with everything a page or slip shows; `ahead` and `expected_seconds` only while it waits."""

    id: UUID
    number: str
    label: str
    state: str
    state_label: str
    body_id: int
    body_name: str
    klass_id: int
    klass: str
    area: str
    floor: str
    route: str
    window: str
    window_route: str
    flags: tuple[str, ...]
    item_id: UUID | None
    appointment_number: str
    case_number: str
    issued_at: datetime
    called_at: datetime | None
    call_count: int
    missed_at: datetime | None
    rejoin_until: datetime | None
    ended_at: datetime | None
    result: str
    ahead: int | None
    expected_seconds: int | None
    allowed: tuple[str, ...]
    expected_high: int | None = None
    klass_english: str = ""

    def business(self, language: str) -> str:
        """Return the class of business for a page in a language; in Chinese where it has no English name."""
        return self.klass_english if language == "en" and self.klass_english else self.klass


def get_ticket(actor: Actor, number: str) -> Ticket:
    """Return a ticket that exists for this actor; NotYours otherwise."""
    ticket = Ticket.objects.filter(number=number).first()
    if ticket is None or not parties_of(ticket, actor):
        raise NotYours("没有找到这个排队号，请核对。")
    return ticket


def may_follow(actor: Actor, number: str) -> bool:
    """Tell whether somebody may listen to a ticket."""
    ticket = Ticket.objects.filter(number=number).first()
    return ticket is not None and bool(parties_of(ticket, actor))


def ticket_by_code(code: str) -> Ticket | None:
    """Return the ticket that a slip's code opens."""
    return Ticket.objects.filter(token_digest=digest(code.encode())).order_by("-issued_at").first() if code else None


def ticket_view(actor: Actor, number: str) -> TicketView:
    """Return a ticket with people ahead, expected wait, area, window and what the actor may do."""
    return view_of(get_ticket(actor, number), actor)


def view_of(ticket: Ticket, actor: Actor) -> TicketView:
    """Turn a ticket into what pages show."""
    plan, body = hall(ticket.body_id), place(ticket.body_id)
    klass = plan.classes.get(ticket.klass_id) if plan else None
    window = plan.windows.get(ticket.window_id or 0) if plan else None
    expected = _expected(ticket, plan)
    until = ticket.missed_at + plan.rules.rejoin_within if plan and ticket.missed_at else None
    return TicketView(
        id=ticket.id,
        number=ticket.number,
        label=ticket.label,
        state=ticket.state,
        state_label=FLOW.states[ticket.state],
        body_id=ticket.body_id,
        body_name=body.name if body else "",
        klass_id=ticket.klass_id,
        klass=klass.name if klass else "",
        klass_english=klass.english_name if klass else "",
        area=klass.area.name if klass else "",
        floor=klass.area.floor if klass else "",
        route=klass.area.route if klass else "",
        window=window.label if window else "",
        window_route=window.route if window else "",
        flags=tuple(ticket.flags),
        item_id=ticket.item_id,
        appointment_number=ticket.appointment_number,
        case_number=ticket.case_number,
        issued_at=ticket.issued_at,
        called_at=ticket.called_at,
        call_count=ticket.call_count,
        missed_at=ticket.missed_at,
        rejoin_until=until,
        ended_at=ticket.ended_at,
        result=ticket.result,
        ahead=expected.ahead if expected else None,
        expected_seconds=expected.seconds if expected else None,
        allowed=tuple(line.action for line in FLOW.allowed(ticket, parties_of(ticket, actor))),
        expected_high=expected.high if expected else None,
    )


def _expected(ticket: Ticket, plan: Hall | None) -> Expectation | None:
    if plan is None or ticket.state != "waiting" or ticket.business_date != plan.day_of(now()):
        return None
    return line_of(plan, ticket.business_date, now()).expectations().get(ticket.id)
