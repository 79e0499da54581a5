"""Which parties an actor is on a ticket or a window session."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import HALL
from bangban.registry.halls.machines import machine_parties
from bangban.registry.org.reads import place
from bangban.services.queues.models import Ticket, WindowSession


def belongs_to_hall(actor: Actor, body_id: int) -> bool:
    """Tell whether a member of staff works in a hall: for its body, or for a resident department beside or below it."""
    unit, home = place(actor.unit_id), place(body_id)
    if unit is None or home is None:
        return False
    return unit.id == home.id or (unit.kind == "department" and unit.parent_id in (home.id, home.parent_id))


def parties_of(ticket: Ticket, actor: Actor) -> frozenset[str]:
    """Return what the actor is to this ticket; empty for strangers.

    `caller` is whoever calls it now from an open window (queues.actions.calling names the session on the ticket).
    """
    if actor.kind == "system":
        return frozenset({"system"})
    if actor.kind == "device":
        return machine_parties(actor, ticket.body_id)
    if actor.is_staff:
        return frozenset() if actor.unsigned else _staff_parties(ticket, actor)
    mine = actor.person_id is not None and actor.person_id == ticket.person_id
    return frozenset({"holder"}) if mine or bytes(ticket.token_digest) in actor.tokens else frozenset()


def _staff_parties(ticket: Ticket, actor: Actor) -> frozenset[str]:
    found: set[str] = set()
    calling: WindowSession | None = getattr(ticket, "calling", None)
    if calling is not None and calling.staff_id == actor.staff_id:
        found.add("caller")
    if ticket.staff_id is not None and ticket.staff_id == actor.staff_id:
        found.add("server")
    if belongs_to_hall(actor, ticket.body_id):
        found |= {"hall"} if not actor.duties.isdisjoint(HALL) else set()
        found |= {"hall_manager"} if "hall_manager" in actor.duties else set()
    if ticket.body_id in actor.subtree:
        found.add("hall_manager")
    return frozenset(found)


def topics_of(ticket: Ticket) -> list[str]:
    """Return who hears of a ticket: the hall with its boards, the phone page, the window.

    What only the holder is told (queues.actions.telling) wakes no board.
    """
    if getattr(ticket, "only_holder", False):
        return [f"ticket:{ticket.number}"]
    topics = [f"hall:{ticket.body_id}", f"ticket:{ticket.number}"]
    return [*topics, f"desk:{ticket.staff_id}"] if ticket.staff_id else topics


def place_of(ticket: Ticket) -> tuple[int | None, int | None]:
    """Return serving staff and hall, as intervals keep them."""
    return ticket.staff_id, ticket.body_id


def session_parties(session: WindowSession, actor: Actor) -> frozenset[str]:
    """Return what the actor is to a window session."""
    if actor.kind == "system":
        return frozenset({"system"})
    if not actor.is_staff or actor.unsigned:
        return frozenset()
    found = {"server"} if session.staff_id == actor.staff_id else set()
    manages = "hall_manager" in actor.duties and belongs_to_hall(actor, session.body_id)
    return frozenset(found | ({"hall_manager"} if manages or session.body_id in actor.subtree else set()))


def session_topics(session: WindowSession) -> list[str]:
    """Return who hears of a window session."""
    return [f"hall:{session.body_id}", f"desk:{session.staff_id}"]


def session_place(session: WindowSession) -> tuple[int | None, int | None]:
    """Return staff and hall of a session, as intervals keep them."""
    return session.staff_id, session.body_id
