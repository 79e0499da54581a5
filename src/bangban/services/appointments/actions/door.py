"""The door of this room: every action on an existing appointment or closure goes through here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed, deed
from bangban.foundation.flows.flow import NotAllowed, NotYours
from bangban.registry.halls.reads import Hall, hall
from bangban.services.appointments.flow import CLOSURE_FLOW, FLOW
from bangban.services.appointments.models import Appointment, Closure

STRANGER = "没有找到这个预约，请核对编号。"


def locked(number: str) -> Callable[[], Appointment | None]:
    """Return how to lock one appointment by its number."""
    return lambda: Appointment.objects.select_for_update(of=("self",)).filter(number=number.strip().upper()).first()


@contextmanager
def appointment_deed(
    actor: Actor, number: str, action: str, given: Mapping[str, Any] | None = None
) -> Iterator[Deed[Appointment]]:
    """Do one action on one appointment."""
    with deed(FLOW, locked(number), action, actor, given) as work:
        yield work


@contextmanager
def closure_deed(
    actor: Actor, number: str, action: str, given: Mapping[str, Any] | None = None
) -> Iterator[Deed[Closure]]:
    """Do one action on one closure."""

    def lock() -> Closure | None:
        return Closure.objects.select_for_update(of=("self",)).filter(number=number).first()

    with deed(CLOSURE_FLOW, lock, action, actor, given) as work:
        yield work


def needed_hall(body_id: int) -> Hall:
    """Return the plan of a hall; NotYours for a body without one."""
    plan = hall(body_id)
    if plan is None:
        raise NotYours("这个地点没有开通预约。")
    return plan


def hall_of(work: Deed[Appointment]) -> Hall:
    """Return the hall of an appointment; NotAllowed when it was given up meanwhile."""
    plan = hall(work.record.body_id)
    if plan is None:
        raise NotAllowed("这个大厅已停用预约，请联系咨询引导台。", state=work.record.state)
    return plan
