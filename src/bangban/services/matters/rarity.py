"""In how many messages a term stands: what is rare says more about what is meant.

Terms are marks (numbers); counts are kept in buckets, so that a city's whole vocabulary is one megabyte and a stored
count tells nobody a word.
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
_EXPECTED = 300
"""What is assumed before counting weighs as much as this many messages."""
_COMMON_SHARE = 0.15
_OTHER_SHARE = 0.003


class Rarity:
    """Counts of messages per term; starts with what everybody says to a hotline. Never changed once it is made."""

    def __init__(self, mark: Mark, counts: NDArray[np.uint32] | None = None, messages: int = 0) -> None:
        expected = np.full(BUCKETS, _OTHER_SHARE)
        expected[[mark(term) % BUCKETS for term in common_terms()]] = _COMMON_SHARE
        found = np.zeros(BUCKETS) if counts is None else counts.astype(np.float64)
        share = (found + _EXPECTED * expected) / (messages + _EXPECTED)
        self._weights = np.maximum(-np.log(np.minimum(share, 1.0)), 0.01)

    def of(self, terms: Marks) -> Floats:
        """Return the weight of each term, the higher the rarer; always above 0."""
        return np.take(self._weights, terms % BUCKETS)


def count(messages: Iterable[Marks]) -> tuple[NDArray[np.uint32], int]:
    """Return counts per bucket and how many messages were counted; each message's terms must be unique."""
    counts, seen = np.zeros(BUCKETS, np.uint32), 0
    for terms in messages:
        counts[np.unique(terms % BUCKETS)] += 1
        seen += 1
    return counts, seen
