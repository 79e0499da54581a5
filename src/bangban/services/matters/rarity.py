"""In how many messages a term stands: what is rare says more about what is meant.

Terms are marks (numbers); counts are kept in two rows of buckets, so that a city's whole vocabulary is two megabytes and
a stored count tells nobody a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bangban.services.matters.words import common_terms

Marks: TypeAlias = NDArray[np.uint32]
Floats: TypeAlias = NDArray[np.float64]
Mark = Callable[[str], int]

BUCKETS = 1 << 18
ROWS = 2
"""A term is counted in one bucket of each row; two terms that share a bucket of one row seldom share that of the other."""

_SPREAD = np.uint32(0x9E3779B1)
_EXPECTED = 300
"""What is assumed before counting weighs as much as this many messages."""
_COMMON_SHARE = 0.15
_OTHER_SHARE = 0.003
_LEAST = 0.01


class Rarity:
    """Counts of messages per term; starts with what everybody says to a hotline. Never changed once it is made.

    `counts` has one line of buckets per row.
    """

    def __init__(self, mark: Mark, counts: NDArray[np.uint32] | None = None, messages: int = 0) -> None:
        self._common = np.unique(np.fromiter((mark(term) for term in common_terms()), np.uint32))
        found = np.zeros((ROWS, BUCKETS)) if counts is None else counts.astype(np.float64)
        self._weights = {share: _weights(found, messages, share) for share in (_COMMON_SHARE, _OTHER_SHARE)}

    def of(self, terms: Marks) -> Floats:
        """Return the weight of each term, the higher the rarer; always above 0."""
        common, other = (_rarest(self._weights[share], terms) for share in (_COMMON_SHARE, _OTHER_SHARE))
        return np.where(np.isin(terms, self._common), common, other)


def count(messages: Iterable[Marks]) -> tuple[NDArray[np.uint32], int]:
    """Return counts per row and bucket and how many messages were counted; each message's terms must be unique."""
    counts, seen = np.zeros((ROWS, BUCKETS), np.uint32), 0
    for terms in messages:
        for row, places in zip(counts, _buckets(terms), strict=True):
            row[np.unique(places)] += 1
        seen += 1
    return counts, seen


def _buckets(terms: Marks) -> tuple[Marks, Marks]:
    """Return where each term is counted in each row: by its lower bits, and by the upper bits of its spread."""
    return terms % BUCKETS, (terms * _SPREAD) >> np.uint32(32 - 18)


def _weights(found: Floats, messages: int, expected: float) -> Floats:
    share = (found + _EXPECTED * expected) / (messages + _EXPECTED)
    return np.maximum(-np.log(np.minimum(share, 1.0)), _LEAST)


def _rarest(weights: Floats, terms: Marks) -> Floats:
    """Return the weight by the row where fewest other terms share the bucket: counts are never too low."""
    first, second = _buckets(terms)
    rarest: Floats = np.maximum(np.take(weights[0], first), np.take(weights[1], second))
    return rarest
