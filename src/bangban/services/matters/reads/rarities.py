"""How rare each term is among the remembered orders, kept in memory for some minutes."""

from __future__ import annotations

import time
import zlib

import numpy as np

from bangban.services.matters.keyed import mark
from bangban.services.matters.models import TermCounts
from bangban.services.matters.rarity import BUCKETS, ROWS, Rarity

KEEP_SECONDS = 600
_kept: tuple[float, int, Rarity] | None = None


def forget() -> None:
    """Drop what is remembered, after counting anew in this process."""
    global _kept
    _kept = None


def rarity() -> Rarity:
    """Return the rarity of terms by the newest count; before the first one, by what people say everywhere."""
    global _kept
    if _kept is None or _kept[0] < time.monotonic():
        newest = TermCounts.objects.order_by("-id").values_list("id", flat=True).first() or 0
        known = _kept[2] if _kept is not None and _kept[1] == newest else _load(newest)
        _kept = (time.monotonic() + KEEP_SECONDS, newest, known)
    return _kept[2]


def _load(newest: int) -> Rarity:
    row = TermCounts.objects.filter(id=newest).first()
    if row is None:
        return Rarity(mark)
    counts = np.frombuffer(zlib.decompress(bytes(row.counts)), np.uint32)
    return Rarity(mark, counts.reshape(ROWS, BUCKETS), row.messages)
