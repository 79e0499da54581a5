"""Which parties an actor is on an appointment or a closure."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import HALL, may
from bangban.registry.halls.machines import machine_parties
from bangban.registry.org.reads import place
from bangban.services.appointments.models import Appointment, Closure
from bangban.services.queues.parties import belongs_to_hall


def answers_for(actor: Actor, body_id: int) -> bool:
    """Tell whether a hotline agent speaks for a hall: it lies below the agent's body, or beside the hotline's own."""
    unit, home = place(actor.unit_id), place(body_id)
    if "hotline_agent" not in actor.duties or unit is None or home is None:
        return False
    beside = unit.kind == "hotline" and (unit.parent_id is None or unit.parent_id in home.path)
    return unit.id in home.path or beside


def may_book_for(actor: Actor, body_id: int) -> bool:
    """Tell whether a member of staff books at a hall for others: its own people, and the hotline (DB23-6.5.1)."""
    if not may(actor, "appointments.book") or actor.unsigned:
        return False
    return belongs_to_hall(actor, body_id) or answers_for(actor, body_id) or body_id in actor.subtree


def may_manage(actor: Actor, body_id: int) -> bool:
    """Tell whether a member of staff keeps the capacity book of a hall."""
    if not may(actor, "appointments.manage") or actor.unsigned:
        return False
    return belongs_to_hall(actor, body_id) or body_id in actor.subtree


def parties_of(appointment: Appointment, actor: Actor) -> frozenset[str]:
    """Return what the actor is to this appointment; empty for strangers."""
    if actor.kind == "system":
        return frozenset({"system"})
    if actor.kind == "device":
        return machine_parties(actor, appointment.body_id)
    if actor.is_staff:
        return frozenset() if actor.unsigned else _staff_parties(appointment, actor)
    mine = actor.person_id is not None and actor.person_id == appointment.person_id
    return frozenset({"holder"}) if mine or bytes(appointment.token_digest) in actor.tokens else frozenset()


def _staff_parties(appointment: Appointment, actor: Actor) -> frozenset[str]:
    found: set[str] = set()
    if may_book_for(actor, appointment.body_id) or actor.staff_id == appointment.registrar_id:
        found.add("staff")
    if belongs_to_hall(actor, appointment.body_id) and not actor.duties.isdisjoint(HALL):
        found.add("hall")
    if may_manage(actor, appointment.body_id):
        found.add("manager")
    if actor.staff_id in (appointment.staff_id, appointment.first_staff_id):
        found.add("specialist")
    return frozenset(found)


def topics_of(appointment: Appointment) -> list[str]:
    """Return who hears of an appointment: its page, the hall, the specialist."""
    topics = [f"appointment:{appointment.number}", f"hall:{appointment.body_id}"]
    return [*topics, f"desk:{appointment.staff_id}"] if appointment.staff_id else topics


def place_of(appointment: Appointment) -> tuple[int | None, int | None]:
    """Return specialist and hall, as intervals keep them."""
    return appointment.staff_id, appointment.body_id


def closure_parties(closure: Closure, actor: Actor) -> frozenset[str]:
    """Return what the actor is to a closure."""
    if actor.kind == "system":
        return frozenset({"system"})
    return frozenset({"manager"}) if actor.is_staff and may_manage(actor, closure.body_id) else frozenset()


def closure_topics(closure: Closure) -> list[str]:
    """Return who hears of a closure."""
    return [f"hall:{closure.body_id}"]


def closure_place(closure: Closure) -> tuple[int | None, int | None]:
    """Return who closed and the hall, as intervals keep them."""
    return closure.closed_by_id, closure.body_id
