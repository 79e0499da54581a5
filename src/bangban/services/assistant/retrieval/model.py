"""How the measures become one rank and one chance; every number is data, found by `bangban.bench.assistant.tune`."""

from __future__ import annotations

from functools import cache

import msgspec
import numpy as np

from bangban.services.assistant.retrieval.features import MEASURES
from bangban.services.assistant.retrieval.grams import Floats, Ints
from bangban.services.assistant.retrieval.tables import read

__all__ = ["EVIDENCE", "Model", "evidence", "length_factor", "load"]

EVIDENCE = ("height", "second", "share", "length", "constant")
"""What the chance of the best candidate is judged by: its points as a part of all that can be got, the points of the
second one as a part of its own, its odds among the candidates, the length of the question."""

_LENGTH_UNIT = 40
_LENGTH_MOST = 200
_TINY = 1e-9


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """Weights per measure, `base` plus `by_length` times the length factor of the question, and per EVIDENCE.

    A difference of one point between two candidates means odds of e to 1. `found` says how the numbers were got.
    """

    base: dict[str, float]
    by_length: dict[str, float]
    chance: dict[str, float]
    found: dict[str, str]

    def weights(self, length: int) -> Floats:
        """Return the weight of each measure for a question of some characters."""
        factor = length_factor(length)
        return np.array([self.base[name] + factor * self.by_length[name] for name in MEASURES])

    def rank(self, measures: Floats, length: int) -> tuple[Floats, Ints]:
        """Return the chance of each candidate of being the right one, and the order, best first.

        The chance of the best one is estimated from the evidence; the others get their odds against it.
        """
        weights = self.weights(length)
        points = measures @ weights
        order = np.argsort(-points, kind="stable")
        seen = evidence(points[order], float(weights.sum()), length)
        best = 1 / (1 + np.exp(-float(seen @ np.array([self.chance[name] for name in EVIDENCE]))))
        return best * np.exp(points - points[order[0]]), order


def evidence(points: Floats, most: float, length: int) -> Floats:
    """Return the numbers named in EVIDENCE for the points of all candidates, best first; `most` can be reached."""
    best = float(points[0])
    second = float(points[1]) / (best + _TINY) if len(points) > 1 else 0.0
    share = 1 / float(np.exp(points - best).sum())
    return np.array([best / (most + _TINY), second, share, length_factor(length), 1.0])


def length_factor(length: int) -> float:
    """Return how much of a letter a question of some characters is: 0 for none, 5 from 200 characters on."""
    return min(length, _LENGTH_MOST) / _LENGTH_UNIT


@cache
def load() -> Model:
    """Return the model that ships with the product."""
    return msgspec.json.decode(read("weights.json"), type=Model)
