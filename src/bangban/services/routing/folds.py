"""Parts of a collection that can be measured fairly: nearly equal messages never stand on both sides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from bangban.services.routing.pieces import KINDS, Pieces, pieces

__all__ = ["folds", "near_duplicates"]

Whole = npt.NDArray[np.int64]
_THREE = KINDS.index("three")
_SIGNATURE, _BAND = 32, 2
_ALIKE = 0.5
"""Shared part of the runs of three characters from which two messages count as nearly equal."""


def near_duplicates(texts: Iterable[str | Pieces]) -> Whole:
    """Return one number per message; messages of which half or more is the same carry the same number."""
    sets = [_runs(text if isinstance(text, Pieces) else pieces(text)) for text in texts]
    leader = list(range(len(sets)))
    factors = np.random.default_rng(0).integers(1, 2**61, _SIGNATURE, dtype=np.uint64) | np.uint64(1)
    seen: dict[tuple[int, bytes], int] = {}
    for own, runs in enumerate(sets):
        signature = ((runs[:, None] * factors[None]) >> np.uint64(20)).min(axis=0)
        for start in range(0, _SIGNATURE, _BAND):
            other = seen.setdefault((start, signature[start : start + _BAND].tobytes()), own)
            if _first(leader, other) != _first(leader, own) and _likeness(sets[other], runs) >= _ALIKE:
                leader[_first(leader, own)] = _first(leader, other)
    return np.array([_first(leader, own) for own in range(len(sets))], dtype=np.int64)


def folds(labels: Sequence[str], groups: Sequence[int] | Whole, parts: int) -> Whole:
    """Return the part, 0 … parts-1, of each message: whole groups, each label spread as evenly as they allow."""
    members: dict[int, Counter[str]] = defaultdict(Counter)
    for label, group in zip(labels, groups, strict=True):
        members[int(group)][label] += 1
    total = Counter(labels)
    have: list[Counter[str]] = [Counter() for _ in range(parts)]
    size = [0] * parts
    place: dict[int, int] = {}
    order = np.random.default_rng(0).permutation(sorted(members))
    for group in sorted(
        order.tolist(), key=lambda one: (-sum(members[one].values()), min(total[x] for x in members[one]))
    ):
        counted = members[group]
        crowd = [
            (sum(have[part][label] / total[label] for label in counted), size[part], part) for part in range(parts)
        ]
        part = min(crowd)[2]
        place[group] = part
        have[part] += counted
        size[part] += sum(counted.values())
    return np.array([place[int(group)] for group in groups], dtype=np.int64)


def _runs(counted: Pieces) -> npt.NDArray[np.uint64]:
    runs = counted.hashes[counted.kinds == _THREE]
    return runs if len(runs) else np.zeros(1, np.uint64)


def _likeness(one: npt.NDArray[np.uint64], other: npt.NDArray[np.uint64]) -> float:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


def _first(leader: list[int], member: int) -> int:
    while leader[member] != member:
        leader[member] = leader[leader[member]]
        member = leader[member]
    return member
