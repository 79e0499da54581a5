"""Keeping the sketch of an order's text, so that the next caller's order finds it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from bangban.foundation.flows.deed import Deed
from bangban.services.matters.keyed import mark
from bangban.services.matters.likeness import Sketch, sketch
from bangban.services.matters.models import OrderSketch, SketchKey
from bangban.services.matters.packing import pack
from bangban.services.matters.reads.near import stored_keys
from bangban.services.matters.reads.rarities import rarity
from bangban.services.matters.sources import ToldOrder


@transaction.atomic
def remember(
    order: Deed[Any] | str, text: str, place: str, at: datetime, *, title: str = "", phone_index: bytes | None = None,
    center: int = 0,
) -> Sketch:  # fmt: skip
    """Keep keyed marks of what an order tells, or replace them after it was changed; the text itself is not kept.

    `order` is its number, or the deed that changes it (then both commit together); `center` its hotline.
    """
    number = order if isinstance(order, str) else str(order.record.number)
    told, weights = sketch(text, title, place, at, mark=mark), rarity()
    keys = stored_keys(told, weights)
    before = OrderSketch.objects.select_for_update().filter(order_number=number).first()
    if before is not None:
        _keys_of(before).delete()
    values = {"center": center, "at": at, "teller": phone_index, "packed": pack(told, weights), "keys": keys}
    row, _ = OrderSketch.objects.update_or_create(order_number=number, defaults=values)
    SketchKey.objects.bulk_create([SketchKey(center=center, key=key, at=at, sketch_id=row.id) for key in keys])
    return told


def remember_anew(order: ToldOrder) -> bool:
    """Follow a change of an order that is remembered; returns whether it is."""
    if not OrderSketch.objects.filter(order_number=order.number).exists():
        return False
    remember_told(order)
    return True


def remember_told(order: ToldOrder) -> Sketch:
    """Keep what an order of the hotline tells, or replace it."""
    return remember(
        order.number, order.text, order.place, order.at, title=order.title, phone_index=order.phone_index,
        center=order.center,
    )  # fmt: skip


@transaction.atomic
def forget(number: str) -> bool:
    """Drop the sketch of an order (withdrawn, merged, deleted); returns whether there was one."""
    row = OrderSketch.objects.select_for_update().filter(order_number=number).first()
    if row is None:
        return False
    _keys_of(row).delete()
    row.delete()
    return True


def _keys_of(row: OrderSketch) -> QuerySet[SketchKey]:
    return SketchKey.objects.filter(center=row.center, key__in=row.keys, at=row.at, sketch_id=row.id)
