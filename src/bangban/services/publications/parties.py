"""Who may write and publish information of a body; the author is never the reviewer (DB23-6.2.1.1)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.registry.catalog.parties import reaches
from bangban.registry.org.reads import Place, tree

SHOWING = frozenset({"management_body", "service_center", "branch_center", "convenience_center", "service_station"})


def parties(publication: Any, actor: Actor) -> frozenset[str]:
    """Return what the actor is to a publication; empty for staff whose duty or body does not reach it."""
    if actor.kind == "system":
        return frozenset({"system"})
    if not reaches(actor, publication.body_id):
        return frozenset()
    found = {"editor"} if may(actor, "publications.edit") else set()
    if may(actor, "publications.review"):
        found.add("author" if publication.author_id == actor.staff_id else "reviewer")
    return frozenset(found)


def reachable(actor: Actor) -> list[Place]:
    """Return the bodies for which the actor may publish: the own one first, then by level."""
    found = [one for one in tree().of_kind(*SHOWING) if reaches(actor, one.id)]
    own = tree().by_id.get(actor.unit_id or 0)
    if own is not None and own not in found and reaches(actor, own.id):
        found.append(own)
    return sorted(found, key=lambda one: one.id != actor.unit_id)


def reach_of(actor: Actor) -> Q:
    """Return the same rule as a condition for lists."""
    if not (may(actor, "publications.edit") or may(actor, "publications.review")):
        return Q(pk__in=[])
    return Q(body_id__in=[one.id for one in tree().by_id.values() if reaches(actor, one.id)])
