"""How alike two messages are: what they say, where, and how far apart in time. Pure and fast; works on sketches.

A sketch holds marks of terms, never text. `Likeness.same` asks whether two messages tell the same matter (to be merged
into one order); `Likeness.akin` whether they are the same kind of thing at the same place, told by many (GB33358-5.2.3.1-b).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bangban.services.matters.rarity import Floats, Mark, Marks, Rarity
from bangban.services.matters.words import take_apart

SAME = 0.45
"""From here on two messages are shown as the same matter, to be merged."""

AKIN = 0.2
"""From here on messages belong together, on the average of a group."""

SAME_BY_PLACE, AKIN_BY_PLACE = 0.15, 0.3
"""How far an agreeing place lifts a likeness: the exponent of the cosine is lowered by so much."""

OTHER_PLACE, OTHER_DISTRICT = 0.6, 0.7
"""What is left when both name a place and not one of them is shared, or both name a district and none is shared.

The same kind of trouble at two places is two matters: people name the place by another word now and then, so it is not 0.
"""

THING = 0.1
"""How alike the words of the thing itself must be; below this a likeness shrinks: one place or one way of asking is no matter."""

_PLACE_FLOOR, _PLACE_SCALE = 3.0, 8.0
_FRESH_DAYS, _HALF_LIFE = 30.0, 365.0


class Sketch(NamedTuple):
    """A message as marks; every array of marks is sorted and unique. `day` counts from 1970, NaN when unknown.

    `aside` tells of each term whether it says only where, or only how people ask.
    """

    terms: Marks
    counts: Floats
    places: Marks
    named: Marks
    districts: Marks
    day: float
    aside: NDArray[np.bool_]


class Likeness(NamedTuple):
    """One number in 0..1 per compared message, for each notion."""

    same: Floats
    akin: Floats


def plain_mark(term: str) -> int:
    """Return the mark of a term where nothing is kept; stored sketches use a keyed one."""
    return zlib.crc32(term.encode())


def sketch(
    text: str, title: str = "", place: str = "", at: datetime | None = None, *, mark: Mark = plain_mark
) -> Sketch:
    """Return the sketch of a message; an empty message gives an empty sketch that is like nothing."""
    parts = take_apart(text, title, place)
    found: dict[int, float] = {}
    for term, times in parts.terms.items():
        number = mark(term)
        found[number] = found.get(number, 0.0) + times
    terms = np.fromiter(sorted(found), np.uint32, len(found))
    counts = 1 + np.log(np.fromiter((found[number] for number in sorted(found)), np.float64, len(found)))
    places, named, districts = (
        _marks(mark(f"@{name}") for name in names) for names in (parts.places, parts.named, parts.districts)
    )
    day = at.timestamp() / 86400 if at else np.nan
    aside = np.isin(terms, _marks(mark(term) for term in parts.aside))
    return Sketch(terms, counts, places, named, districts, day, aside)


def _marks(numbers: Iterable[int]) -> Marks:
    return np.unique(np.fromiter(numbers, np.uint32))


def likeness(one: Sketch, other: Sketch, rarity: Rarity) -> tuple[float, float]:
    """Return (same, akin) of two messages: symmetric, in 0..1, and 1 for equal messages of one moment."""
    found = likenesses(one, [other], rarity)
    return float(found.same[0]), float(found.akin[0])


def likenesses(one: Sketch, others: Sequence[Sketch], rarity: Rarity) -> Likeness:
    """Return how alike one message is to each of others."""
    from bangban.services.matters.shelf import Shelf

    places = np.arange(1, len(others) + 1)
    return Shelf([one, *others], rarity).pairs(np.zeros(len(others), np.int64), places)


def combine(
    text: Floats,
    thing: Floats,
    place: Floats,
    other_place: NDArray[np.bool_],
    other_district: NDArray[np.bool_],
    days: Floats,
) -> Likeness:
    """Return the likeness from its parts.

    `text` is the cosine of the terms, `thing` that of those which say what it is about, `place` the weight of the place
    names shared; `other_place` and `other_district` tell where both name one and none is shared; `days` lie between the two.
    """
    text = np.where(text > 1 - 1e-9, 1.0, np.clip(text, 0, 1))
    agreeing = 1 - np.exp(-np.maximum(place - _PLACE_FLOOR, 0) / _PLACE_SCALE)
    held = np.where(other_district, OTHER_DISTRICT, 1.0) * np.where(other_place, OTHER_PLACE, 1.0)
    held = held * np.where(text == 1, 1.0, np.clip(thing / THING, 0, 1))
    held = held * 0.5 ** (np.maximum(days - _FRESH_DAYS, 0) / _HALF_LIFE)
    return Likeness(text ** (1 - SAME_BY_PLACE * agreeing) * held, text ** (1 - AKIN_BY_PLACE * agreeing) * held)
