"""Who keeps the holdings of a body, and who may look at them: its own staff and those of the bodies above."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.registry.org.reads import place, tree

VIEW, MANAGE = "holdings.view", "holdings.manage"


def manages(actor: Actor, body_id: int | None) -> bool:
    """Tell whether the actor keeps the books of this body: the own one only."""
    return body_id is not None and actor.unit_id == body_id and may(actor, MANAGE)


def parties(record: Any, actor: Actor) -> frozenset[str]:
    """Return what the actor is to a piece of equipment or a document: manager, keeper, reader, or a stranger."""
    if actor.kind == "system":
        return frozenset({"system"})
    body = place(record.body_id)
    if not actor.is_staff or actor.unsigned or body is None or actor.unit_id not in body.path:
        return frozenset()
    found = {"viewer"} if may(actor, VIEW) else set()
    found |= {"manager"} if manages(actor, record.body_id) else set()
    found |= {"keeper"} if found and getattr(record, "keeper_id", None) == actor.staff_id else set()
    return frozenset(found)


def reach_of(actor: Actor) -> Q:
    """Return the same rule as a condition for lists."""
    if actor.unit_id is None or not may(actor, VIEW):
        return Q(pk__in=[])
    return Q(body_id__in=sorted(tree().subtree(actor.unit_id)))
