"""Which halls a member of staff books for, and which one a page is about."""

from __future__ import annotations

from django.http import HttpRequest

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours
from bangban.registry.halls.reads import halls
from bangban.registry.org.reads import Place, place
from bangban.services.appointments.parties import may_manage
from bangban.services.appointments.reads import may_see_day
from bangban.services.queues.parties import belongs_to_hall

NO_HALL = "您所在的单位没有开通预约的大厅；需要时请联系大厅管理人员。"


def halls_of(actor: Actor, *, managed: bool = False) -> list[Place]:
    """Return the halls whose bookings the actor sees (or manages), the own one first."""
    allowed = may_manage if managed else may_see_day
    found = [body for body_id in halls() if allowed(actor, body_id) and (body := place(body_id))]
    return sorted(found, key=lambda body: (not belongs_to_hall(actor, body.id), body.code))


def hall_of(request: HttpRequest, actor: Actor, *, managed: bool = False) -> Place:
    """Return the hall of the address (`hall`, by code), else the own one; NotYours without any."""
    found = halls_of(actor, managed=managed)
    wanted = (request.POST.get("hall") or request.GET.get("hall", ""))[:64]
    if wanted:
        found = [body for body in found if body.code == wanted]
    if not found:
        raise NotYours(NO_HALL)
    return found[0]
