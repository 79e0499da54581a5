"""Remembered orders near a message: found by its rarest terms, the newest of each term, then compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import connection

from bangban.services.matters.grouping import keys
from bangban.services.matters.likeness import Sketch, likenesses
from bangban.services.matters.packing import unpack
from bangban.services.matters.rarity import Marks, Rarity

KEYS = 16
NEWEST, COMPARED, OWN = 200, 60, 10
_BY_TERMS = """
SELECT k.sketch_id FROM unnest(%s::int[], %s::float8[]) AS q(key, weight) CROSS JOIN LATERAL (
  SELECT sketch_id FROM matters_sketchkey WHERE center = %s AND key = q.key AND at BETWEEN %s AND %s
  ORDER BY at DESC LIMIT %s
) AS k GROUP BY k.sketch_id ORDER BY sum(q.weight) DESC, k.sketch_id DESC LIMIT %s
"""
_BY_TELLER = "SELECT id FROM matters_ordersketch WHERE teller = %s AND center = %s AND at BETWEEN %s AND %s ORDER BY at DESC LIMIT %s"


@dataclass(frozen=True)
class Near:
    """One remembered order and how alike it is."""

    number: str
    at: datetime
    teller: bytes | None
    sketch: Sketch
    same: float
    akin: float


def stored_keys(sketch: Sketch, rarity: Rarity) -> list[int]:
    """Return the keys that an order is found by, as PostgreSQL's signed integers."""
    return _signed(keys(sketch, rarity, KEYS))


def _signed(marks: Marks) -> list[int]:
    return [int(number) for number in marks.view(np.int32)]


def near(
    sketch: Sketch,
    rarity: Rarity,
    since: datetime,
    until: datetime,
    *,
    center: int = 0,
    teller: bytes | None = None,
    leave_out: str = "",
) -> list[Near]:
    """Return a hotline's orders of a stretch of time that may be alike, the most alike first; empty text finds nothing."""
    rows = [row for row in _rows(sketch, rarity, center, since, until, teller) if row[0] != leave_out]
    sketches = [unpack(bytes(row[3])) for row in rows]
    if not rows or not len(sketch.terms):
        return []
    found = likenesses(sketch, sketches, rarity)
    judged = [
        Near(number, at, bytes(who) if who else None, other, float(same), float(akin))
        for (number, at, who, _), other, same, akin in zip(rows, sketches, found.same, found.akin, strict=True)
    ]
    return sorted(judged, key=lambda one: (-one.akin, one.number))


def _rows(
    sketch: Sketch, rarity: Rarity, center: int, since: datetime, until: datetime, teller: bytes | None
) -> list[tuple[str, datetime, bytes | None, bytes]]:
    chosen = keys(sketch, rarity, KEYS)
    weights = [float(weight) for weight in rarity.of(chosen)]
    with connection.cursor() as cursor:
        cursor.execute(_BY_TERMS, [_signed(chosen), weights, center, since, until, NEWEST, COMPARED])
        ids = [row[0] for row in cursor.fetchall()]
        if teller is not None:
            cursor.execute(_BY_TELLER, [teller, center, since, until, OWN])
            ids += [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT order_number, at, teller, packed FROM matters_ordersketch WHERE id = ANY(%s)", [ids])
        return list(cursor.fetchall())
