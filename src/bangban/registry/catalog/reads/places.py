"""Where an item can be handled, nearest first (T637-6.1.3-d)."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from uuid import UUID

from bangban.registry.catalog.models import HandlingPlace
from bangban.registry.catalog.views import HandlingPlaceView
from bangban.registry.org.reads import Place, place

EARTH = 6_371_000


def handling_places(
    item_id: UUID, latitude: float | None = None, longitude: float | None = None
) -> list[HandlingPlaceView]:
    """Return the bodies that handle an item: nearest first when the person's place is known, else by level and code.

    Coordinates in degrees, distances in metres as the crow flies; bodies without coordinates come last. One query.
    """
    here = (latitude, longitude) if latitude is not None and longitude is not None else None
    rows = HandlingPlace.objects.filter(item=item_id).order_by("id")
    found = [_view(row, body, here) for row in rows if (body := place(row.body_id))]
    if here is None:
        return found
    return sorted(found, key=lambda view: (view.distance is None, view.distance or 0))


def _view(row: HandlingPlace, body: Place, here: tuple[float, float] | None) -> HandlingPlaceView:
    there = (body.latitude, body.longitude)
    return HandlingPlaceView(
        body_id=body.id,
        name=body.name,
        address=body.address,
        phone=body.phone,
        opening_hours=body.opening_hours,
        windows=row.windows,
        note=row.note,
        latitude=body.latitude,
        longitude=body.longitude,
        distance=metres(here, (there[0], there[1])) if here and there[0] is not None and there[1] is not None else None,
    )


def metres(start: tuple[float, float], end: tuple[float, float]) -> int:
    """Return the great-circle distance between two points in degrees, in whole metres."""
    (lat1, lon1), (lat2, lon2) = start, end
    rise, run = radians(lat2 - lat1), radians(lon2 - lon1)
    chord = sin(rise / 2) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(run / 2) ** 2
    return round(2 * EARTH * asin(sqrt(min(1.0, chord))))
