"""Halls that handle an item, with the next free period of each (DB23-6.5.1.3-b)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bangban.foundation.clocks.moment import now
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.views import ItemDetail
from bangban.registry.halls.reads import ClassView, Hall, hall, halls
from bangban.registry.org.reads import place
from bangban.services.appointments.reads.periods import nearest
from bangban.services.appointments.rules import is_network


@dataclass(frozen=True)
class PlaceView:
    """A hall that handles an item, with the class of business there and the next free period."""

    body_id: int
    body: str
    address: str
    phone: str
    opening_hours: str
    latitude: float | None
    longitude: float | None
    class_id: int
    klass: str
    area: str
    floor: str
    next_free: datetime | None


def class_of(plan: Hall, item: ItemDetail | None, *, general: bool = False) -> ClassView | None:
    """Return the class in which a hall handles an item; with `general` the one for everything else, too."""
    found = plan.class_of_item(item.id) if item else None
    if found is None and item is not None:
        found = next((k for k in plan.classes.values() if item.department_id in k.departments), None)
    return found or (plan.general_class if general else None)


def bookable_online(item: ItemDetail) -> bool:
    """Tell whether an item's guide opens it to appointments online (BJO-2.7-i)."""
    return item.state == "published" and bool(item.guide.online_booking or item.guide.appointment)


def places_for(item_id: UUID, channel: str = "web") -> list[PlaceView]:
    """Return the halls that handle an item, the one with the next free period first; empty when it is not bookable."""
    item = catalog.item(item_id)
    if item is None or item.state != "published" or (is_network(channel) and not bookable_online(item)):
        return []
    found = [view for body_id in halls() if (plan := hall(body_id)) and (view := _place(plan, item, channel))]
    return sorted(found, key=lambda view: (view.next_free is None, view.next_free or now(), view.body))


def _place(plan: Hall, item: ItemDetail, channel: str) -> PlaceView | None:
    klass, body = class_of(plan, item), place(plan.body_id)
    if klass is None or body is None:
        return None
    first = nearest(plan, klass.id, network=is_network(channel), limit=1)
    return PlaceView(
        body.id, body.name, body.address, body.phone, body.opening_hours, body.latitude, body.longitude,
        klass.id, klass.name, klass.area.name, klass.area.floor, first[0].starts_at if first else None,
    )  # fmt: skip


def hall_of_specialist(unit_id: int | None) -> Hall | None:
    """Return the hall in which staff of a body receive people: their own, or that of the centre above a department."""
    body = place(unit_id)
    if body is None:
        return None
    return hall(body.id) or (hall(body.parent_id) if body.parent_id else None)
