"""What an order tells, for rooms that compare or group matters; unsealed only for whoever calls inside the house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads.catalogue import category

_FIELDS = (
    "number", "center_id", "received_at", "title", "happened", "place", "course", "present_state", "request", "region", "kind",
    "category_id", "phone_index", "confidential", "latitude", "longitude",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One matter in its words; `category` is a code, `phone_index` tells callers apart without their number."""

    number: str
    at: datetime
    title: str
    text: str
    place: str
    region: str
    kind: str
    category: str
    phone_index: bytes | None
    confidential: bool | None
    latitude: float | None = None
    longitude: float | None = None
    center: int = 0


def told(number: str) -> Told | None:
    """Return what an order tells; None when there is no such order. One query; checks no actor."""
    order = WorkOrder.objects.only(*_FIELDS).filter(number=number).first()
    return told_of(order) if order is not None else None


def told_of(order: WorkOrder) -> Told:
    """Return what a loaded order tells; title first, then course and request."""
    known = category(order.category_id)
    return Told(
        number=order.number,
        at=order.received_at,
        title=order.title,
        text="\n".join(part for part in (order.happened, order.course, order.present_state, order.request) if part),
        place=order.place,
        region=order.region,
        kind=order.kind,
        category=known.code if known else "",
        phone_index=bytes(order.phone_index) if order.phone_index else None,
        confidential=order.confidential,
        latitude=order.latitude,
        longitude=order.longitude,
        center=order.center_id,
    )
