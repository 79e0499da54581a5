"""What the assistant is measured against: BM25 over words, BM25 over character pairs, and both fused by rank."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import rjieba

from bangban.services.assistant.retrieval.grams import Floats, Ints

__all__ = ["BM25", "fused", "pairs", "words"]

_K1, _B = 1.2, 0.75
_FUSION = 60
_LETTER = re.compile(r"\w")


def words(text: str) -> list[str]:
    """Return the words of a text as jieba cuts it."""
    return [word for word in rjieba.cut(text.lower()) if _LETTER.search(word)]


def pairs(text: str) -> list[str]:
    """Return the pairs of neighbouring letters of a text."""
    letters = _LETTER.findall(text.lower())
    return [first + second for first, second in pairwise(letters)] or letters


class BM25:
    """Plain BM25 (k1 1.2, b 0.75) over whole entries."""

    def __init__(self, texts: Sequence[str], cut: Callable[[str], list[str]]) -> None:
        self._cut = cut
        self._size = len(texts)
        counts = [Counter(cut(text)) for text in texts]
        lengths = np.array([count.total() for count in counts], np.float64)
        penalties = _K1 * (1 - _B + _B * lengths / max(lengths.mean(), 1.0))
        postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row, count in enumerate(counts):
            for term, times in count.items():
                postings[term].append((row, times))
        self._postings = {term: self._weigh(held, penalties) for term, held in postings.items()}

    def _weigh(self, held: list[tuple[int, int]], penalties: Floats) -> tuple[Ints, Floats]:
        rows = np.array([row for row, _ in held])
        times = np.array([times for _, times in held], np.float64)
        rare = math.log(1 + (self._size - len(held) + 0.5) / (len(held) + 0.5))
        return rows, rare * times * (_K1 + 1) / (times + penalties[rows])

    def scores(self, query: str) -> Floats:
        """Return the score of each entry."""
        total = np.zeros(self._size)
        for term, times in Counter(self._cut(query)).items():
            if term in self._postings:
                rows, weights = self._postings[term]
                total[rows] += weights * times
        return total


def fused(*scores: Floats) -> Floats:
    """Return reciprocal rank fusion of several rankings; entries without a score in a ranking gain nothing from it."""
    total = np.zeros(len(scores[0]))
    for each in scores:
        order = np.argsort(-each, kind="stable")
        ranks = np.empty(len(each))
        ranks[order] = np.arange(1, len(each) + 1)
        total += (each > 0) / (_FUSION + ranks)
    return total
