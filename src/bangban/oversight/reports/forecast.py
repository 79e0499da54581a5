"""A simple forecast that says what it rests on: a straight line through the latest complete weeks (GB33358-5.6.2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

FEWEST, MOST, AHEAD = 4, 8, 4
# Student's t for 80 % both sides, by degrees of freedom (weeks less two).
T80 = {2: 1.886, 3: 1.638, 4: 1.533, 5: 1.476, 6: 1.440}


@dataclass(frozen=True)
class Straight:
    """The line through the weeks, and what it says of the next ones: middle, low and high, never below zero."""

    n: int
    slope: float
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def straight(weeks: Sequence[int], ahead: int = AHEAD) -> Straight | None:
    """Return the least-squares line through the last eight weeks with its 80 % prediction interval; None below four."""
    counts = list(weeks)[-MOST:]
    n = len(counts)
    if n < FEWEST:
        return None
    middle_x, middle_y = (n - 1) / 2, sum(counts) / n
    spread = sum((x - middle_x) ** 2 for x in range(n))
    slope = sum((x - middle_x) * (y - middle_y) for x, y in enumerate(counts)) / spread
    start = middle_y - slope * middle_x
    error = sqrt(sum((y - start - slope * x) ** 2 for x, y in enumerate(counts)) / (n - 2))
    values, low, high = [], [], []
    for x in range(n, n + ahead):
        middle = start + slope * x
        half = T80[n - 2] * error * sqrt(1 + 1 / n + (x - middle_x) ** 2 / spread)
        values.append(round(max(0.0, middle), 1))
        low.append(round(max(0.0, middle - half), 1))
        high.append(round(max(0.0, middle + half), 1))
    return Straight(n, round(slope, 2), tuple(values), tuple(low), tuple(high))


def basis(n: int, found: Straight | None) -> str:
    """Say what a forecast rests on, or why there is none."""
    if found is None:
        return f"完整自然周只有{n}个，不足{FEWEST}个，不作预测。"
    return (
        f"依据最近{found.n}个完整自然周的受理量（n={found.n}）作直线趋势，平均每周变化{found.slope:+g}件；"
        "预测值给出80%的预测区间，未考虑节假日和政策变化。"
    )
