"""How long one call occupies a window: what was measured, weighed against what was given; pure functions.

Seconds. What counts is the time from one call to the next: the way to the window, the service or the missed call, and
tidying up. Such times are skewed to the right and are taken as log-normal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import exp, log, sqrt
from statistics import NormalDist

NORMAL = NormalDist()
GIVEN_COUNTS = 5.0
"""So many measured services does the given time of a class weigh."""
PAST_COUNTS = 14.0
"""So many services of today do all those of the days before weigh, at most."""
HALF_LIFE = 90 * 60.0
"""After this time a service of today counts half."""
USUAL_VARIATION = 0.7
"""Standard deviation over mean, until it is measured."""
ROUNDS = 3


@dataclass(frozen=True)
class Measured:
    """What was measured: a weight (number of services), their mean, and the mean of their squares."""

    weight: float = 0.0
    mean: float = 0.0
    square: float = 0.0


@dataclass(frozen=True)
class Handling:
    """How long a call of a class occupies a window: mean and standard deviation."""

    mean: float
    spread: float

    @cached_property
    def _shape(self) -> tuple[float, float]:
        """The parameters of the log-normal distribution with this mean and spread."""
        sigma2 = log(1 + (max(self.spread, 1e-6) / self.mean) ** 2)
        return log(self.mean) - sigma2 / 2, sqrt(sigma2)

    def in_turn(self, windows: int) -> list[float]:
        """Return durations for `windows` services that begin together: the first to end, the second …, mean as given.

        So of ten windows one is free soon, although each takes its mean.
        """
        if windows not in self._turns:
            self._turns[windows] = [
                self.remaining(0.0, (place + 1) / (windows + 1), windows) for place in range(windows)
            ]
        return self._turns[windows]

    def remaining(self, elapsed: float, share: float, windows: int = 1) -> float:
        """Return what is left after `elapsed` of the service that ends as the `share` of `windows` side by side."""
        mu, sigma = self._shape
        passed = NORMAL.cdf((log(elapsed) - mu) / sigma) if elapsed > 0 else 0.0
        quantile = passed + share * (1 - passed)
        if quantile > 0.9999:  # longer than nearly all: what takes so long takes longer still
            return elapsed * 0.6 * share
        left = exp(mu + sigma * NORMAL.inv_cdf(max(quantile, 1e-9))) - elapsed
        return max(left, 0.0) * self._stretch(windows)

    def mean_of_longer(self, elapsed: float) -> float:
        """Return the mean duration of those services that have already taken `elapsed`."""
        if elapsed <= 0:
            return self.mean
        mu, sigma = self._shape
        z = (log(elapsed) - mu) / sigma
        longer = 1 - NORMAL.cdf(z)
        return self.mean * (1 - NORMAL.cdf(z - sigma)) / longer if longer > 1e-4 else elapsed * 1.3

    def _stretch(self, windows: int) -> float:
        """Return by how much shares 1/(n+1) … n/(n+1) fall short of the mean: the long ones lie beyond them."""
        if windows not in self._stretches:
            mu, sigma = self._shape
            found = [exp(mu + sigma * NORMAL.inv_cdf((place + 1) / (windows + 1))) for place in range(windows)]
            self._stretches[windows] = self.mean * windows / sum(found)
        return self._stretches[windows]

    @cached_property
    def _turns(self) -> dict[int, list[float]]:
        return {}

    @cached_property
    def _stretches(self) -> dict[int, float]:
        return {}


def measured(durations: Iterable[tuple[float, float]]) -> Measured:
    """Return what durations tell (seconds, and how many seconds ago they began); older ones count less."""
    weight = total = squares = 0.0
    for seconds, age in durations:
        counts = 0.5 ** (age / HALF_LIFE)
        weight += counts
        total += counts * seconds
        squares += counts * seconds * seconds
    return Measured(weight, total / weight, squares / weight) if weight else Measured()


def blended(
    given: float,
    past: Measured,
    today: Iterable[tuple[float, float]] = (),
    running: Iterable[float] = (),
    gap: float = 0.0,
) -> Handling:
    """Return mean and spread from the given time, the same hour of past days, and today; `gap` between two calls.

    Each counts by how much was measured (shrinkage): with nothing measured it is the given time, after a morning today
    has the say. What is still `running` (seconds so far) counts with the length it will probably reach: without it
    the first hour would know the short services only.
    """
    ended, still = list(today), list(running)
    usual = (1 + USUAL_VARIATION**2) * given * given
    before = _joined(Measured(GIVEN_COUNTS, given, usual), past)
    before = Measured(min(before.weight, PAST_COUNTS), before.mean, before.square)
    known = _handling(_joined(before, measured(ended)))
    for _ in range(ROUNDS if still else 0):
        reckoned = [(known.mean_of_longer(elapsed), elapsed) for elapsed in still]
        known = _handling(_joined(before, measured([*ended, *reckoned])))
    return Handling(known.mean + gap, known.spread)


def _handling(known: Measured) -> Handling:
    variance = max(known.square - known.mean**2, (0.2 * known.mean) ** 2)
    return Handling(max(known.mean, 1.0), sqrt(variance))


def _joined(one: Measured, other: Measured) -> Measured:
    weight = one.weight + other.weight
    mean = (one.weight * one.mean + other.weight * other.mean) / weight
    square = (one.weight * one.square + other.weight * other.square) / weight
    return Measured(weight, mean, square)
