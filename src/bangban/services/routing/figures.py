"""How good suggestions are: right at once, right among three, and evenly over all labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Figures", "clearly_better", "figures"]

_MARGIN = 0.1
"""Times one by the root of the number of messages: about half the error of a difference between two ways of learning."""


class Figures(NamedTuple):
    """Shares, 0 to 1: the first suggestion is right; one of three is; the mean of F1 over all labels."""

    top1: float
    top3: float
    macro_f1: float

    @property
    def mean(self) -> float:
        """Return the mean of the three, by which one model is called better than another."""
        return sum(self) / len(self)


def figures(right: Sequence[str], points: npt.NDArray[np.floating], labels: Sequence[str]) -> Figures:
    """Return the figures of points (messages by labels, higher is better); labels that nothing has count as missed."""
    if not len(right):
        return Figures(0.0, 0.0, 0.0)
    place = {label: column for column, label in enumerate(labels)}
    wanted = np.array([place.get(label, -1) for label in right])
    order = np.argsort(-points, axis=1, kind="stable")
    first = order[:, 0]
    top3 = (order[:, :3] == wanted[:, None]).any(axis=1).mean()
    return Figures(float((first == wanted).mean()), float(top3), _macro_f1(right, [labels[column] for column in first]))


def clearly_better(later: Figures, former: Figures, messages: int) -> bool:
    """Return whether a later choice is better than a former one by more than the smallest chance on so many messages.

    Choosing by nothing picks the luckier of two, which is as often the worse one elsewhere.
    """
    return later.mean - former.mean > _MARGIN / math.sqrt(messages)


def _macro_f1(right: Sequence[str], first: Sequence[str]) -> float:
    """Return the mean F1 over the labels that are right or were suggested first."""
    wanted, given = np.asarray(right), np.asarray(first)
    scores = []
    for label in sorted({*right, *first}):
        both = int(((wanted == label) & (given == label)).sum())
        scores.append(2 * both / (int((wanted == label).sum()) + int((given == label).sum())))
    return float(np.mean(scores))
