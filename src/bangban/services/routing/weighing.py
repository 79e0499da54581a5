"""Which pieces count and how much: rare ones more, long runs less; a message has the length one, whatever its size.

Themes stand beside it with a length of their own: enough to lead where the words are new, too little to outvote known words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from bangban.services.routing.pieces import KINDS, THEME, Hashes, Pieces

__all__ = ["LONG", "MARK", "SHORT", "Design", "Floats", "Row", "Weighing"]

Floats = npt.NDArray[np.float32]

MARK = 0.5
"""Weight of a mark beside the text, which as a whole has 1."""

_THEMES = 0.25
"""Length of all themes of a message together. From 0.2 to 0.3 it makes little difference; from 0.5 on words lose."""


class Design(msgspec.Struct, frozen=True):
    """One way of learning: a factor per kind of piece (KINDS), in how many messages a piece must stand, and strictness.

    `ridge` is the penalty of ridge regression, `price` what a mistake costs the support vector machine.
    """

    factors: tuple[float, ...]
    at_least: int
    ridge: float
    price: float


_FACTORS = (1.0, 1.0, 0.7, 0.4, 1.0, 0.7, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1.0)
LONG = Design(_FACTORS, 2, 1.0, 1.0)
"""Where messages are letters of some sentences."""

SHORT = Design(_FACTORS, 1, 0.3, 4.0)
"""Where messages are short: there a piece seen once tells much."""


class Row(NamedTuple):
    """One message as a row of a sparse matrix."""

    columns: npt.NDArray[np.int64]
    values: Floats


class Weighing:
    """Turns pieces into rows: the numbers of the known pieces in rising order, and the weight of each."""

    def __init__(self, hashes: Hashes, weights: Floats) -> None:
        self.hashes = hashes
        self.weights = weights

    @classmethod
    def learn(cls, messages: Sequence[Pieces], design: Design, most: int) -> Weighing:
        """Return the weighing of a design for these messages, with at most `most` pieces, the commonest first."""
        factors = np.array(design.factors, dtype=np.float32)
        together = np.concatenate([one.hashes for one in messages])
        hashes, first, common = np.unique(together, return_index=True, return_counts=True)
        kinds = np.concatenate([one.kinds for one in messages])[first]
        kept = (common >= design.at_least) & (factors[kinds] > 0)
        if kept.sum() > most:
            kept &= common > np.sort(common[kept])[-most]
        rarity = np.log((1 + len(messages)) / (1 + common[kept])) + 1
        return cls(hashes[kept], (rarity * factors[kinds[kept]]).astype(np.float32))

    def row(self, message: Pieces, marks: Sequence[int] = ()) -> Row:
        """Return a message as a row: the text of length one, its themes, and MARK for each known mark behind the pieces."""
        columns, known = self._find(message.hashes)
        values = (1 + np.log(message.counts[known])) * self.weights[columns]
        theme = message.kinds[known] == THEME
        values[~theme] /= _length(values[~theme])
        values[theme] *= _THEMES / _length(values[theme])
        if not marks:
            return Row(columns, values.astype(np.float32))
        known_marks, _ = self._find(np.sort(np.array(marks, dtype=np.uint64)))
        beside = np.full(len(known_marks), MARK, dtype=np.float32)
        return Row(np.concatenate([columns, known_marks]), np.concatenate([values, beside]).astype(np.float32))

    def with_marks(self, marks: Hashes) -> Weighing:
        """Return the weighing that knows these marks, too."""
        hashes = np.concatenate([self.hashes, marks])
        order = np.argsort(hashes)
        return Weighing(hashes[order], np.concatenate([self.weights, np.ones(len(marks), np.float32)])[order])

    def _find(self, hashes: Hashes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """Return the columns of the known ones, and which are known."""
        if not len(self.hashes):
            return np.empty(0, np.int64), np.zeros(len(hashes), np.bool_)
        columns = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        known = self.hashes[columns] == hashes
        return columns[known], known


def _length(values: Floats) -> float:
    return float(np.sqrt(values @ values)) or 1.0


assert all(len(design.factors) == len(KINDS) for design in (LONG, SHORT))
