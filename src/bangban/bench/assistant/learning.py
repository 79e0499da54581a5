"""Learning weights from ranked examples: listwise softmax for the order, logistic regression for the chance."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from bangban.services.assistant.retrieval.grams import Floats

__all__ = ["Examples", "learn_chance", "learn_order"]

_STEPS = 40
_ENOUGH = 1e-7


class Examples(msgspec.Struct):
    """The candidates of each question of one set.

    `measures` is questions × candidates × measures, `right` and `there` mark right and existing candidates, `lengths`
    are characters per question.
    """

    measures: Floats
    right: NDArray[np.bool_]
    there: NDArray[np.bool_]
    lengths: Floats


def learn_order(sets: Sequence[Examples], ridge: float) -> Floats:
    """Return the non-negative weights that make the right candidates likeliest; each set counts the same.

    Newton's method on the listwise softmax loss, weights that would become negative held at 0.
    """
    found = [each.right.any(1) for each in sets]
    rows = np.concatenate([each.measures[which] for each, which in zip(sets, found, strict=True)])
    right = np.concatenate([each.right[which] for each, which in zip(sets, found, strict=True)])
    there = np.concatenate([each.there[which] for each, which in zip(sets, found, strict=True)])
    counts = np.concatenate([np.full(which.sum(), 1 / (which.sum() * len(sets))) for which in found])
    kinds = rows.shape[2]
    weights = np.zeros(kinds)
    loss = np.inf
    for _ in range(_STEPS):
        current, chance, wanted = _softmax(rows, right, there, counts, weights, ridge)
        flat = rows.reshape(-1, kinds)
        slope = flat.T @ ((chance - wanted) * counts[:, None]).ravel() + ridge * weights
        mean = np.einsum("qk,qkf->qf", chance, rows)
        bend = (flat * (chance * counts[:, None]).ravel()[:, None]).T @ flat - (mean * counts[:, None]).T @ mean
        bend += ridge * np.eye(kinds)
        free = (weights > 0) | (slope < 0)
        step = np.zeros(kinds)
        step[free] = np.linalg.solve(bend[np.ix_(free, free)], slope[free])
        size = 1.0
        while size > _ENOUGH:
            tried = np.maximum(weights - size * step, 0.0)
            if _softmax(rows, right, there, counts, tried, ridge)[0] < current:
                weights = tried
                break
            size /= 2
        if loss - current < _ENOUGH:
            break
        loss = current
    return weights


def _softmax(
    rows: Floats,
    right: NDArray[np.bool_],
    there: NDArray[np.bool_],
    counts: Floats,
    weights: Floats,
    ridge: float,
) -> tuple[float, Floats, Floats]:
    """Return the loss, each candidate's chance, and its chance among the right ones."""
    points = np.where(there, rows @ weights, -np.inf)
    chance = np.exp(points - points.max(1, keepdims=True))
    chance /= chance.sum(1, keepdims=True)
    hit = np.maximum((chance * right).sum(1, keepdims=True), 1e-300)
    loss = -float(counts @ np.log(hit[:, 0])) + ridge / 2 * float(weights @ weights)
    return loss, chance, np.where(right, chance, 0.0) / hit


def learn_chance(inputs: Floats, outcome: Floats, counts: Floats, ridge: float) -> Floats:
    """Return the weights of a logistic regression; `counts` says how much each case counts."""
    weights = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (counts * (chance - outcome)) + ridge * weights
        bend = (inputs * (counts * chance * (1 - chance))[:, None]).T @ inputs + ridge * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    return weights
