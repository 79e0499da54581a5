"""Suggestions before anything was learnt: which class of the catalogue speaks the words of the message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]

from bangban.services.routing.model import Suggestion
from bangban.services.routing.pieces import KINDS, normalise, pieces
from bangban.services.routing.weighing import Design, Weighing

__all__ = ["Named", "Names"]

_FACTORS = {"one": 0.3, "two": 1.0, "three": 1.0, "four": 0.7, "word": 1.0}
_DESIGN = Design(tuple(_FACTORS.get(kind, 0.0) for kind in KINDS), 1, 1.0, 1.0)
_MOST = 2_000_000
_KEYWORD = 0.3
"""What a key word that stands in the message adds; equal words alone reach about as much."""

_LEAST = 0.06
"""Likeness under which nothing is suggested: less is chance, such as two common characters."""

_LEAST_SHARE = 0.1


class Named(NamedTuple):
    """One label with its words: name and names above it, key words, and what is asked about it."""

    label: str
    name: str
    keywords: tuple[str, ...] = ()
    beside: str = ""


class Names:
    """Finds labels by their words. Never changes."""

    def __init__(self, named: Sequence[Named]) -> None:
        self._named = tuple(named)
        texts = [pieces("\n".join((one.name, *one.keywords, one.beside))) for one in named]
        self._weighing = Weighing.learn(texts, _DESIGN, _MOST) if texts else None
        self._rows = self._matrix(texts) if self._weighing else None
        self._keywords = [[normalise(word).strip() for word in one.keywords] for one in named]

    def suggest(self, text: str, n: int = 3) -> list[Suggestion]:
        """Return up to n labels whose words the message speaks, likeliest first; their shares add up to one at most."""
        if self._weighing is None or self._rows is None:
            return []
        row = self._weighing.row(pieces(text))
        asked = np.zeros(self._rows.shape[1], dtype=np.float32)
        asked[row.columns] = row.values
        plain = normalise(text)
        hits = [sum(word in plain for word in words if word) for words in self._keywords]
        likeness = self._rows @ asked + _KEYWORD * np.array(hits)
        likeness = np.where(likeness >= _LEAST, likeness, 0.0) ** 2
        if not likeness.any():
            return []
        shares = likeness / likeness.sum()
        best = np.argsort(-shares, kind="stable")[:n]
        return [Suggestion(self._named[at].label, float(shares[at])) for at in best if shares[at] >= _LEAST_SHARE]

    def _matrix(self, texts: Sequence[object]) -> sparse.csr_matrix:
        assert self._weighing is not None
        rows = [self._weighing.row(text) for text in texts]  # type: ignore[arg-type]
        ends = np.cumsum([0, *(len(row.columns) for row in rows)])
        columns = np.concatenate([row.columns for row in rows])
        values = np.concatenate([row.values for row in rows])
        return sparse.csr_matrix((values, columns, ends), shape=(len(rows), len(self._weighing.hashes)))
