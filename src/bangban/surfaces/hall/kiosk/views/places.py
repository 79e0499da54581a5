"""找地方: windows, toilets, zones and machines with floor, position and way (DB23-6.3.2-c)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bangban.registry.halls.reads import Hall, PlaceFound, find_places
from bangban.surfaces.hall.kiosk.screen import Terminal, at_kiosk, screen

LONGEST_TEXT = 60
MOST_WORDS = 10


@require_safe
@at_kiosk
def places(request: HttpRequest, here: Terminal) -> HttpResponse:
    """Show the floor directory, or what fits some words."""
    text = request.GET.get("q", "").strip()[:LONGEST_TEXT]
    context = {"q": text, "words": place_words(here.plan), "floors": by_floor(find_places(here.body_id, text))}
    return screen(request, here, "hall/kiosk/places.html", context)


def place_words(plan: Hall) -> list[str]:
    """Return words to tap: what this hall has, by the names that stand on its signs, and its windows."""
    names = dict.fromkeys(place.name for place in plan.facilities)
    return [*list(names)[:MOST_WORDS], "等候区", "窗口"]


def by_floor(found: list[PlaceFound]) -> list[tuple[str, list[PlaceFound]]]:
    """Return places floor by floor, in the order of the directory."""
    floors: dict[str, list[PlaceFound]] = {}
    for place in found:
        floors.setdefault(place.floor, []).append(place)
    return sorted(floors.items())
