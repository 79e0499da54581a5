"""How the measures become one rank and one chance; every number is data, found by `bangban.bench.assistant.tune`."""

from __future__ import annotations

from functools import cache

import msgspec
import numpy as np

from bangban.services.assistant.retrieval.features import MEASURES
from bangban.services.assistant.retrieval.grams import Floats, Ints
from bangban.services.assistant.retrieval.tables import read

__all__ = ["PRESENCE", "Model", "length_factor", "load", "presence_inputs"]

_LENGTH_UNIT = 40
_LENGTH_MOST = 200


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """Weights per measure: `base` plus `by_length` times the length factor of the question.

    `presence` weighs PRESENCE (the last number is the constant) into the chance that the right passage is there at
    all; `sharpness` turns differences of rank into shares among the candidates. `found` says how the numbers were got.
    """

    base: dict[str, float]
    by_length: dict[str, float]
    sharpness: float
    presence: list[float]
    found: dict[str, str]

    def weights(self, length: int) -> Floats:
        """Return the weight of each measure for a question of some characters."""
        factor = length_factor(length)
        return np.array([self.base[name] + factor * self.by_length[name] for name in MEASURES])

    def rank(self, measures: Floats, length: int) -> tuple[Floats, Ints]:
        """Return the chance of each candidate (together at most 1) and the order, best first."""
        points = measures @ self.weights(length)
        order = np.argsort(-points, kind="stable")
        shares = np.exp((points - points[order[0]]) * self.sharpness)
        shares /= shares.sum()
        inputs = presence_inputs(measures, points, order, length)
        presence = 1 / (1 + np.exp(-float(inputs @ np.array(self.presence))))
        return shares * presence, order


PRESENCE = ("frequency1", "window1", "window2", "run2", "title1", "frequency_w", "frequency2_rare")
"""Measures of the best candidate that say whether the knowledge holds an answer; its lead and 1 follow."""


def presence_inputs(measures: Floats, points: Floats, order: Ints, length: int) -> Floats:
    """Return what the presence is judged by."""
    best = measures[order[0]]
    lead = points[order[0]] - points[order[1]] if len(order) > 1 else points[order[0]]
    chosen = [best[MEASURES.index(name)] for name in PRESENCE]
    return np.array([*chosen, np.log1p(max(lead, 0.0)), length_factor(length), 1.0])


def length_factor(length: int) -> float:
    """Return how much of a letter a question of some characters is: 0 for none, 5 from 200 characters on."""
    return min(length, _LENGTH_MOST) / _LENGTH_UNIT


@cache
def load() -> Model:
    """Return the model that ships with the product."""
    return msgspec.json.decode(read("weights.json"), type=Model)
