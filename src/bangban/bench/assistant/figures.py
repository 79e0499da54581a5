"""Figures of a ranking, and the line in which a figure is printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from bangban.services.assistant.retrieval.grams import Floats

__all__ = ["Line", "Ranked", "auc", "line", "quality", "speed"]


class Line(TypedDict):
    """One figure: `base` names what it is compared with, `ratio` is value through that; `n` counts the cases."""

    name: str
    value: float
    unit: str
    base: str
    ratio: float | None
    n: int


Ranked = Sequence[int | None]
"""Per question, the place of the first right entry, 0 the best; None when it was not found."""

_DEPTHS = (1, 3, 10)


def line(name: str, value: float, unit: str, n: int, base: tuple[str, float] | None = None) -> Line:
    """Return a printable line; `base` is the name and value of what to compare with."""
    label = f"{base[0]} {base[1]:.4f}" if base else ""
    ratio = round(value / base[1], 4) if base and base[1] else None
    return Line(name=name, value=round(value, 4), unit=unit, base=label, ratio=ratio, n=n)


def quality(ranked: Ranked) -> dict[str, float]:
    """Return Recall@1, @3, @10 and the mean reciprocal rank."""
    count = max(len(ranked), 1)
    found = [place for place in ranked if place is not None]
    recalls = {f"Recall@{depth}": sum(place < depth for place in found) / count for depth in _DEPTHS}
    return recalls | {"MRR": sum(1 / (place + 1) for place in found) / count}


def speed(seconds: Sequence[float]) -> dict[str, float]:
    """Return the median and the 99th percentile in milliseconds."""
    return {f"p{share}": float(np.percentile(seconds, share)) * 1000 for share in (50, 99)}


def auc(higher: Sequence[float] | Floats, lower: Sequence[float] | Floats) -> float:
    """Return the chance that one of `higher` is above one of `lower`, ties counting half."""
    low = np.sort(np.asarray(lower))
    below = np.searchsorted(low, higher, "left") + np.searchsorted(low, higher, "right")
    return float(below.mean() / (2 * len(low)))
