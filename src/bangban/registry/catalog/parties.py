"""Who may write what in the catalogue: editors in their reach, and a second person who reviews (T637-6.1.6-b)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.registry.catalog.rules import covers
from bangban.registry.org.reads import Place, place, tree

MANAGING = frozenset({"management_body", "service_center"})


def parties(actor: Actor, body_id: int, author_id: int | None) -> frozenset[str]:
    """Return what the actor is to an item or list of a body; the author of a version is never its reviewer.

    Staff whose duties or whose body do not reach it are strangers.
    """
    if actor.kind == "system":
        return frozenset({"system"})
    if not reaches(actor, body_id):
        return frozenset()
    found = {"editor"} if may(actor, "catalog.edit") else set()
    if may(actor, "catalog.review"):
        found.add("author" if author_id is not None and author_id == actor.staff_id else "reviewer")
    return frozenset(found)


def reaches(actor: Actor, body_id: int) -> bool:
    """Tell whether a body is the actor's own or below it, or lies in the region of the actor's managing body."""
    body = place(body_id)
    if not actor.is_staff or actor.unit_id is None or body is None:
        return False
    own = place(actor.unit_id)
    if actor.unit_id in body.path:
        return True
    return own is not None and own.kind in MANAGING and covers(own.region, body.region)


def reach_of(actor: Actor, prefix: str = "", field: str = "department") -> Q:
    """Return the same rule as a condition for lists; `prefix` leads from the listed rows to the item."""
    own = place(actor.unit_id)
    if actor.kind == "system":
        return Q()
    if own is None or not (may(actor, "catalog.edit") or may(actor, "catalog.review")):
        return Q(pk__in=[])
    below = Q(**{f"{prefix}{field}__in": sorted(tree().subtree(own.id))})
    return below | _region(own, prefix, field) if own.kind in MANAGING else below


def _region(own: Place, prefix: str, field: str) -> Q:
    bodies = [body.id for body in tree().by_id.values() if covers(own.region, body.region)]
    return Q(**{f"{prefix}{field}__in": bodies})


def of_item(item: Any, actor: Actor) -> frozenset[str]:
    """Return the parties on an item."""
    return parties(actor, item.department_id, item.pending_author_id)


def of_list(service_list: Any, actor: Actor) -> frozenset[str]:
    """Return the parties on a service list."""
    return parties(actor, service_list.body_id, service_list.author_id)
