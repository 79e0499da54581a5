"""Groups of messages that tell the same kind of thing at the same place (GB33358-5.2.3.1-b, 5.6.2.1). Pure.

Messages that share a rare term are compared; then groups are joined by average likeness, the most alike first. The
result does not depend on the order of the messages; of two joins exactly as alike, the one of the smaller ids is first.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import numpy as np

from bangban.services.matters.likeness import AKIN, Sketch
from bangban.services.matters.rarity import Floats, Marks, Rarity
from bangban.services.matters.shelf import Ints, Shelf

LOOKED_AT = 24
"""The rarest terms of a message by which others are found."""

REACH = 256
"""With how many of the following messages that share a term a message is compared; more would say nothing new."""

SMALLNESS = 1.0
"""Three messages must be a third more alike than a crowd, on average."""

_FAINT = 0.5
"""Likenesses below this part of the threshold count as none."""

Edge: TypeAlias = tuple[float, int, int, int, int]


@dataclass(frozen=True)
class Told:
    """One message to be grouped; `who` is any mark of its teller, empty when unknown."""

    id: str
    at: datetime | None
    sketch: Sketch
    who: str = ""


@dataclass(frozen=True)
class Group:
    """Messages that belong together, the earliest first."""

    ids: tuple[str, ...]
    tellers: int
    first: datetime | None
    last: datetime | None
    densest: int


def groups(
    messages: Sequence[Told],
    rarity: Rarity,
    *,
    threshold: float = AKIN,
    at_least: int = 3,
    window: timedelta = timedelta(days=30),
) -> list[Group]:
    """Return groups of at least `at_least` messages, the largest first; `densest` is the most within one window."""
    ordered = sorted(messages, key=lambda one: (one.at.timestamp() if one.at else 0.0, one.id))
    shelf = Shelf([one.sketch for one in ordered], rarity)
    left, right = candidates([one.sketch for one in ordered], rarity)
    akin = shelf.pairs(left, right).akin
    close = akin >= threshold * _FAINT
    found = _join(len(ordered), left[close], right[close], akin[close], threshold)
    made = [_group([ordered[at] for at in sorted(places)], window) for places in found if len(places) >= at_least]
    return sorted(made, key=lambda group: (-len(group.ids), group.ids))


def keys(sketch: Sketch, rarity: Rarity, at_most: int = LOOKED_AT) -> Marks:
    """Return the rarest terms of a message, by which it is found; what is said more often goes first."""
    weights = sketch.counts * rarity.of(sketch.terms)
    return sketch.terms[np.argsort(-weights, kind="stable")[:at_most]]


def candidates(ordered: Sequence[Sketch], rarity: Rarity) -> tuple[Ints, Ints]:
    """Return the pairs of messages that share one of their rarest terms, as places in `ordered`, smaller first."""
    held = [keys(one, rarity) for one in ordered]
    terms = np.concatenate([np.zeros(0, np.uint32), *held])
    owners = np.repeat(np.arange(len(ordered)), [len(one) for one in held])
    order = np.lexsort((owners, terms))
    terms, owners = terms[order], owners[order]
    found = [np.zeros(0, np.int64)]
    for step in range(1, min(REACH, len(terms) - 1) + 1):
        together = terms[:-step] == terms[step:]
        if not together.any():
            break
        found.append(owners[:-step][together] * len(ordered) + owners[step:][together])
    pairs = np.sort(np.concatenate(found))
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    return pairs // max(len(ordered), 1), pairs % max(len(ordered), 1)


def floor(size: int, threshold: float) -> float:
    """Return how alike the messages of a group must be on average: few must be much alike, a crowd tells more by itself."""
    return threshold * (1 + SMALLNESS / size) if size > 2 else threshold


def _join(count: int, left: Ints, right: Ints, akin: Floats, threshold: float) -> list[list[int]]:
    """Join by average likeness until nothing reaches the threshold; pairs that were not compared count as unlike."""
    state = _Joining(count)
    for one, other, value in zip(left.tolist(), right.tolist(), akin.tolist(), strict=True):
        state.sums[one][other] = state.sums[other][one] = value
    waiting: list[Edge] = [
        (-value, one, other, 1, 1)
        for one, other, value in zip(left.tolist(), right.tolist(), akin.tolist(), strict=True)
        if value >= threshold
    ]
    heapq.heapify(waiting)
    members = state.members
    while waiting:
        _, one, other, size, other_size = heapq.heappop(waiting)
        if (len(members[one]), len(members[other])) == (size, other_size) and state.fits(one, other, threshold):
            state.take_over(one, other)
            for third, total in state.sums[one].items():
                average = _average(total, len(members[one]), len(members[third]))
                if average >= threshold:
                    low, high = min(one, third), max(one, third)
                    heapq.heappush(waiting, (-average, low, high, len(members[low]), len(members[high])))
    return [places for places in members if places]


class _Joining:
    """Groups on the way: their members, the likeness inside each, and the sums between them."""

    def __init__(self, count: int) -> None:
        self.members = [[place] for place in range(count)]
        self.inside = [0.0] * count
        self.sums: list[dict[int, float]] = [{} for _ in range(count)]

    def fits(self, one: int, other: int, threshold: float) -> bool:
        """Tell whether both together are alike enough for their size."""
        size = len(self.members[one]) + len(self.members[other])
        inside = self.inside[one] + self.inside[other] + self.sums[one][other]
        return inside / (size * min(size - 1, REACH) / 2) >= floor(size, threshold)

    def take_over(self, one: int, other: int) -> None:
        """Put the members of the second group into the first."""
        self.members[one] += self.members[other]
        self.members[other] = []
        self.inside[one] += self.inside[other] + self.sums[one].pop(other)
        for third, total in self.sums[other].items():
            if third != one:
                self.sums[third].pop(other)
                self.sums[one][third] = self.sums[third][one] = self.sums[one].get(third, 0.0) + total
        self.sums[other] = {}


def _average(total: float, size: int, other_size: int) -> float:
    """Return the average over the pairs that can have been compared, each message having a limited reach."""
    return total / min(size * other_size, REACH * min(size, other_size))


def _group(told: list[Told], window: timedelta) -> Group:
    moments = [one.at for one in told if one.at]
    who = {one.who for one in told if one.who}
    return Group(
        ids=tuple(one.id for one in told),
        tellers=len(who) or len(told),
        first=moments[0] if moments else None,
        last=moments[-1] if moments else None,
        densest=densest(moments, window) if moments else len(told),
    )


def densest(moments: Sequence[datetime], window: timedelta) -> int:
    """Return the most messages within one window; `moments` are in order."""
    most = start = 0
    for end, moment in enumerate(moments):
        while moment - moments[start] > window:
            start += 1
        most = max(most, end - start + 1)
    return most
