"""Finding one order for whoever may see it."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.parties import parties_of

STRANGER = "没有找到这张工单，请核对编号和查询码。"


def found_order(actor: Actor, number: str) -> WorkOrder:
    """Return an order that the actor may see; strangers get NotYours, exactly as if it did not exist."""
    wanted = number.strip().upper()
    related = ("category", "agent", "handler", "caller", "about_unit", "about_staff", "merged_into", "emergency")
    found = WorkOrder.objects.select_related(*related).filter(number=wanted).first() if wanted.isprintable() else None
    if found is None or not parties_of(found, actor):
        raise NotYours(STRANGER)
    return found


def may_follow(actor: Actor, number: str) -> bool:
    """Tell whether the actor may hear what happens on an order."""
    found = WorkOrder.objects.filter(number=number).first()
    return found is not None and bool(parties_of(found, actor))
