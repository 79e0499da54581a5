"""Whose calls a page shows: one's own hotline's, or, for those who sit above several, the chosen one's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode

from bangban.foundation.access.actors import Actor
from bangban.registry.org.reads import Place, tree
from bangban.services.telephony.belonging import NOBODY, hotlines, scope, several
from bangban.surfaces.web.given import whole

KEPT = "hotline"


def center_of(request: HttpRequest, actor: Actor) -> int | None:
    """Return the hotline whose calls are shown (`telephony.belonging`); None in a house with one."""
    if not several():
        return None
    if own := scope(actor.unit_id):
        return own
    open_ids = [place.id for place in _below(actor)] + [NOBODY]
    wanted = whole(request.GET.get(KEPT, ""))
    if wanted in open_ids:
        request.session[KEPT] = wanted
    kept = request.session.get(KEPT)
    return kept if kept in open_ids else open_ids[0]


def choices(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """Return the hotlines to choose from, as tabs; none for somebody who sees only one."""
    if not several() or scope(actor.unit_id):
        return []
    chosen = center_of(request, actor)
    offered = [(place.name, place.id) for place in _below(actor)] + [("未归属", NOBODY)]
    return [
        {"label": label, "url": f"{request.path}?{urlencode({KEPT: center})}", "current": center == chosen}
        for label, center in offered
    ]


def _below(actor: Actor) -> list[Place]:
    """Return the hotlines below somebody's body; all of them for one who has none below."""
    below = tree().subtree(actor.unit_id) if actor.unit_id else frozenset()
    return [place for place in hotlines() if place.id in below] or list(hotlines())
