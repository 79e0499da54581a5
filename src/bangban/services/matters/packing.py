"""Sketches as bytes: the heaviest terms with their weight in one byte each, then places and districts, then which terms are aside."""

from __future__ import annotations

import struct

import numpy as np

from bangban.services.matters.likeness import Sketch
from bangban.services.matters.rarity import Rarity

MOST_TERMS, MOST_PLACES = 112, 40
_HEAD = struct.Struct("<dBBBB")
_STEP = 32.0


def pack(sketch: Sketch, rarity: Rarity) -> bytes:
    """Return a sketch as at most some 900 bytes; what says least is left out."""
    heaviest = np.argsort(-sketch.counts * rarity.of(sketch.terms), kind="stable")[:MOST_TERMS]
    heaviest.sort()
    terms, counts = sketch.terms[heaviest], np.clip(np.rint(sketch.counts[heaviest] * _STEP), 1, 255)
    rarest = np.argsort(-rarity.of(sketch.places), kind="stable")[:MOST_PLACES]
    places, named, districts = (
        np.sort(sketch.places[rarest]),
        sketch.named[:MOST_PLACES],
        sketch.districts[:MOST_PLACES],
    )
    head = _HEAD.pack(sketch.day, len(terms), len(places), len(named), len(districts))
    numbers = np.concatenate([terms, places, named, districts]).astype("<u4")
    return head + numbers.tobytes() + counts.astype(np.uint8).tobytes() + np.packbits(sketch.aside[heaviest]).tobytes()


def unpack(packed: bytes) -> Sketch:
    """Return the sketch of packed bytes; of one packed by an earlier version no term is aside."""
    day, *lengths = _HEAD.unpack_from(packed)
    total = sum(lengths)
    numbers = np.frombuffer(packed, "<u4", total, _HEAD.size).astype(np.uint32)
    counts = np.frombuffer(packed, np.uint8, lengths[0], _HEAD.size + 4 * total) / _STEP
    terms, places, named, districts = np.split(numbers, np.cumsum(lengths)[:3])
    flags = np.frombuffer(packed, np.uint8, offset=_HEAD.size + 4 * total + lengths[0])
    aside = np.unpackbits(flags, count=lengths[0]) if len(flags) else np.zeros(lengths[0])
    return Sketch(terms, counts, places, named, districts, day, aside.astype(np.bool_))
