"""Who may write what in the knowledge base: editors in their reach, and a second person who reviews."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.registry.catalog import parties as catalog
from bangban.registry.org.reads import place, tree


def reaches(actor: Actor, body_id: int | None) -> bool:
    """Tell whether the actor looks after the entries of a body; entries of no body belong to managing bodies."""
    if body_id is not None:
        return catalog.reaches(actor, body_id)
    own = place(actor.unit_id)
    return actor.is_staff and own is not None and own.kind in catalog.MANAGING


def of_entry(entry: Any, actor: Actor) -> frozenset[str]:
    """Return the parties on an entry; the author of a version is never its reviewer.

    All staff are readers: they report errors and confirm reading.
    """
    if actor.kind == "system":
        return frozenset({"system"})
    if not actor.is_staff:
        return frozenset()
    found = {"reader"}
    if reaches(actor, entry.body_id):
        found |= _writers(actor, entry.pending_author_id)
    return frozenset(found)


def _writers(actor: Actor, author_id: int | None) -> set[str]:
    found = {"editor"} if may(actor, "knowledge.edit") else set()
    if may(actor, "knowledge.review"):
        found.add("author" if author_id is not None and author_id == actor.staff_id else "reviewer")
    return found


def of_candidate(candidate: Any, actor: Actor) -> frozenset[str]:
    """Return the parties on a candidate: advisers of the body answer, editors draft and dismiss."""
    if actor.kind == "system":
        return frozenset({"system"})
    found: set[str] = set()
    if actor.is_staff and candidate.body_id == actor.unit_id and "advisor" in actor.duties:
        found.add("department")
    if reaches(actor, candidate.body_id):
        found |= _writers(actor, None)
    return frozenset(found)


def of_wording(record: Any, actor: Actor) -> frozenset[str]:
    """Return the parties on a phrase or path: kept by knowledge reviewers (DB23-A.1.1)."""
    del record
    if actor.kind == "system":
        return frozenset({"system"})
    return frozenset({"keeper"}) if may(actor, "knowledge.review") else frozenset()


def reach_of(actor: Actor, prefix: str = "") -> Q:
    """Return as a condition which entries and candidates the actor looks after."""
    if actor.kind == "system":
        return Q()
    own = place(actor.unit_id)
    if own is None or not (may(actor, "knowledge.edit") or may(actor, "knowledge.review")):
        return Q(pk__in=[])
    bodies = [body for body in tree().by_id if catalog.reaches(actor, body)]
    mine = Q(**{f"{prefix}body__in": bodies})
    return mine | Q(**{f"{prefix}body": None}) if own.kind in catalog.MANAGING else mine
