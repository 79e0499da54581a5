"""Many sketches side by side, so that pairs of them are compared in a few matrix operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]

from bangban.services.matters import likeness as rule
from bangban.services.matters.rarity import Floats, Marks, Rarity

Ints: TypeAlias = NDArray[np.int64]
Matrix: TypeAlias = Any  # scipy ships no types
_AT_ONCE = 50_000


class Shelf:
    """Sketches as sparse matrices: terms weighed and of length 1, of them those of the thing, places weighed, districts as they are."""

    def __init__(self, sketches: Sequence[rule.Sketch], rarity: Rarity) -> None:
        self.days = np.array([one.day for one in sketches])
        self.terms = _even(_matrix([one.terms for one in sketches], [one.counts for one in sketches], rarity))
        said = [~one.aside for one in sketches]
        self.things = _even(
            _matrix(
                [one.terms[kept] for one, kept in zip(sketches, said, strict=True)],
                [one.counts[kept] for one, kept in zip(sketches, said, strict=True)],
                rarity,
            )
        )
        self.places = _matrix([one.places for one in sketches], None, rarity)
        self.named = _matrix([one.named for one in sketches], None, None)
        self.districts = _matrix([one.districts for one in sketches], None, None)

    def pairs(self, left: Ints, right: Ints) -> rule.Likeness:
        """Return how alike the messages at `left` are to those at `right`, pair by pair."""
        parts = [slice(start, start + _AT_ONCE) for start in range(0, max(len(left), 1), _AT_ONCE)]
        found = [self._some(left[part], right[part]) for part in parts]
        return rule.Likeness(*(np.concatenate(column) for column in zip(*found, strict=True)))

    def _some(self, left: Ints, right: Ints) -> rule.Likeness:
        text = _shared(self.terms, left, right, _product)
        thing = _shared(self.things, left, right, _product)
        place = _shared(self.places, left, right, _smaller)
        named = _apart(self.named, left, right)
        districts = _apart(self.districts, left, right)
        days = np.nan_to_num(np.abs(self.days[left] - self.days[right]))
        return rule.combine(text, thing, place, named, districts, days)


def _matrix(rows: Sequence[Marks], counts: Sequence[Floats] | None, rarity: Rarity | None) -> Matrix:
    marks = np.concatenate([np.zeros(0, np.uint32), *rows])
    columns, place = np.unique(marks, return_inverse=True)
    values = np.concatenate([np.zeros(0), *counts]) if counts is not None else np.ones(len(marks))
    if rarity is not None:
        values = values * rarity.of(marks)
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    return sparse.csr_matrix((values, place, starts), shape=(len(rows), max(len(columns), 1)))


def _even(matrix: Matrix) -> Matrix:
    """Return the rows with length 1; empty ones stay empty."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.diags(1 / np.where(lengths > 0, lengths, 1)) @ matrix


def _product(one: Matrix, other: Matrix) -> Matrix:
    return one.multiply(other)


def _smaller(one: Matrix, other: Matrix) -> Matrix:
    return one.minimum(other)


def _shared(matrix: Matrix, left: Ints, right: Ints, how: Callable[[Matrix, Matrix], Matrix]) -> Floats:
    return np.asarray(how(matrix[left], matrix[right]).sum(axis=1), np.float64).ravel()


def _apart(matrix: Matrix, left: Ints, right: Ints) -> NDArray[np.bool_]:
    """Tell where both sides name something and share nothing of it."""
    many = np.diff(matrix.indptr) > 0
    apart: NDArray[np.bool_] = many[left] & many[right] & (_shared(matrix, left, right, _smaller) == 0)
    return apart
