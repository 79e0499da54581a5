"""Who may patrol and who may read the results: the own body and those below it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.registry.org.models import BodyKind
from bangban.registry.org.reads import place, tree


def below(actor: Actor, body_id: int) -> bool:
    """Tell whether a body is the actor's own or lies below it."""
    body = place(body_id)
    return body is not None and actor.unit_id in body.path


def has_premises(body_id: int) -> bool:
    """Tell whether the checklist of premises is meant for a body: the standard asks it of hotlines (GB33358-4.2.1)."""
    body = place(body_id)
    return body is not None and body.kind == BodyKind.HOTLINE


def parties(patrol: Any, actor: Actor) -> frozenset[str]:
    """Return what the actor is to a patrol: its inspector, who may read it, or a stranger."""
    if actor.kind == "system":
        return frozenset({"system"})
    if not actor.is_staff or not below(actor, patrol.body_id):
        return frozenset()
    found = {"viewer"} if may(actor, "patrols.view") else set()
    if may(actor, "patrols.record") and patrol.inspector_id == actor.staff_id:
        found.add("inspector")
    if may(actor, "hall.manage") or (may(actor, "orders.manage") and actor.unit_id == patrol.body_id):
        found.add("manager")
    return frozenset(found)


def reach_of(actor: Actor, field: str = "body_id") -> Q:
    """Return the same rule as a condition for lists."""
    if actor.unit_id is None or not may(actor, "patrols.view"):
        return Q(pk__in=[])
    return Q(**{f"{field}__in": sorted(tree().subtree(actor.unit_id))})
