"""In how many passages an n-gram stands: what is rare says more about what is meant."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bangban.services.assistant.retrieval.grams import BUCKETS, NO_GRAM, ORDERS, Codes, Floats, encode, hashes

__all__ = ["Rarity"]

_CHUNK = 200_000
"""Characters counted at once: large enough for vectors to pay, small enough to stay in the processor's cache."""


class Rarity:
    """Counts of passages per n-gram, kept up to date as passages come and go; not locked, one writer at a time."""

    def __init__(self) -> None:
        self.passages = 0
        self._counts = {order: np.zeros(BUCKETS, np.int32) for order in ORDERS}
        self._weights: Floats = np.zeros(1)

    def count(self, texts: Sequence[str], sign: int = 1) -> None:
        """Take the texts of passages in (sign 1) or out (sign -1)."""
        start = size = 0
        for end, text in enumerate(texts, 1):
            size += len(text)
            if size >= _CHUNK or end == len(texts):
                self._count_chunk(texts[start:end], sign)
                start, size = end, 0
        self.passages += sign * len(texts)

    def _count_chunk(self, texts: Sequence[str], sign: int) -> None:
        codes = encode(" ".join(texts) + " ")
        owner = np.repeat(np.arange(len(texts), dtype=np.int64), [len(text) + 1 for text in texts])
        for order in ORDERS:
            numbers = hashes(codes, order)
            begins = numbers != NO_GRAM
            held = np.sort(owner[begins] * BUCKETS + numbers[begins])
            once = held[np.diff(held, prepend=-1) > 0] % BUCKETS
            np.add.at(self._counts[order], once, np.int32(sign))

    def of(self, order: int, numbers: Codes) -> Floats:
        """Return the weight of each n-gram, the higher the rarer (idf as in BM25, never below 0)."""
        total = max(self.passages, 1)
        if len(self._weights) != total + 1:
            held = np.arange(total + 1, dtype=np.float64)
            self._weights = np.log1p((total - held + 0.5) / (held + 0.5))
        return np.take(self._weights, self._counts[order][numbers], mode="clip")

    def of_terms(self, terms: Sequence[str]) -> Floats:
        """Return the weight of each word: that of its rarest n-gram."""
        weights = np.zeros(len(terms))
        if not terms:
            return weights
        codes = encode(" ".join(terms) + " ")
        lengths = np.array([len(term) for term in terms])
        owner = np.repeat(np.arange(len(terms)), lengths + 1)
        for order in ORDERS:
            numbers = hashes(codes, order)
            told_by = (numbers != NO_GRAM) & (np.minimum(lengths, max(ORDERS)) == order)[owner]
            np.maximum.at(weights, owner[told_by], self.of(order, numbers[told_by]))
        return weights
