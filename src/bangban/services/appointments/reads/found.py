"""Finding one appointment for whoever may see it."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours
from bangban.foundation.privacy.crypto import digest
from bangban.services.appointments.models import Appointment, Closure
from bangban.services.appointments.parties import closure_parties, parties_of

STRANGER = "没有找到这个预约，请核对编号。"


def get_appointment(actor: Actor, number: str) -> Appointment:
    """Return an appointment that the actor may see; strangers get NotYours, exactly as if it did not exist."""
    wanted = number.strip().upper()
    found = Appointment.objects.filter(number=wanted).first() if wanted.isprintable() else None
    if found is None or not parties_of(found, actor):
        raise NotYours(STRANGER)
    return found


def may_follow(actor: Actor, number: str) -> bool:
    """Tell whether somebody may listen to an appointment."""
    found = Appointment.objects.filter(number=number).first()
    return found is not None and bool(parties_of(found, actor))


def appointment_by_token(token: str) -> Appointment | None:
    """Return the appointment that the link of a message opens."""
    return Appointment.objects.filter(token_digest=digest(token.encode())).first() if token else None


def get_closure(actor: Actor, number: str) -> Closure:
    """Return a closure that the actor manages; NotYours for others."""
    found = Closure.objects.filter(number=number.strip().upper()).first()
    if found is None or not closure_parties(found, actor):
        raise NotYours("没有找到这次停约，请核对编号。")
    return found
