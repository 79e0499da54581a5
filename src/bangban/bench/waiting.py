"""The expected wait that people are told, against what they then waited, beside two simple ways of reckoning.

Several drawn days of a large hall (bench.hall_day), each after a week of history; every ticket is estimated at issue.
Nobody is told anything while no window serves the class yet, and nothing is compared then.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import fmean, median
from typing import Any

from bangban.bench.hall_day import CLASSES, PRIORITY, Day, Visit
from bangban.bench.household import line
from bangban.services.queues.estimating import Desk, InLine, Overtaking, expected_waits
from bangban.services.queues.handling import Handling, Measured, blended, measured

SEEDS = (1, 2, 3, 4, 5)
HISTORY_DAYS = 5
GAP = 25.0
REFRESH_SECONDS = 30.0
NEW = -1


def run(*arguments: Path, as_json: bool = False) -> Iterator[dict[str, Any]]:
    """Yield mean absolute errors in minutes, ratios against both simple ways, how often the bound held, and speed."""
    del arguments, as_json
    days = [_day(seed) for seed in SEEDS]
    for seed, day in zip(SEEDS, days, strict=True):
        ours, ahead, divided = day.errors()
        n = len(day.told)
        yield line(f"waiting.error.day{seed}", ours, "min", base="people × mean ÷ windows", ratio=ours / divided, n=n)
        yield line(f"waiting.error.day{seed}.people_times_mean", ahead, "min", n=n)
    told = [one for day in days for one in day.told]
    ours, ahead, divided = _errors(told)
    yield line(
        "waiting.error_beside_people_times_mean", ours, "min", base="people × mean", ratio=ours / ahead, n=len(told)
    )
    yield line("waiting.error", ours, "min", base="people × mean ÷ windows", ratio=ours / divided, n=len(told))
    yield line("waiting.real_mean", fmean(one.real for one in told) / 60, "min", n=len(told))
    yield line("waiting.bias", fmean(one.ours - one.real for one in told) / 60, "min", n=len(told))
    within = fmean(one.real <= one.high for one in told)
    yield line("waiting.within_bound", within * 100, "%", base="90 %", ratio=within / 0.9, n=len(told))
    times = [one for day in days for one in day.times]
    yield line("waiting.time_p50", median(times) * 1000, "ms", n=len(times))
    yield line("waiting.time_max", max(times) * 1000, "ms", n=len(times))
    yield _largest()


@dataclass
class Told:
    """What one person was told in three ways, and what came (seconds)."""

    visit: Visit
    ours: float
    high: float
    ahead: float
    divided: float

    @property
    def real(self) -> float:
        """Return how long the person really waited."""
        assert self.visit.called is not None
        return self.visit.called - self.visit.comes


@dataclass
class Watched:
    """A day with everything told on it; `given` are the times somebody typed in, `past` those of the days before."""

    given: dict[int, float]
    past: dict[tuple[int, int], Measured]
    told: list[Told] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    handling: dict[int, Handling] = field(default_factory=dict)
    fresh_until: float = -1e9

    def errors(self) -> tuple[float, float, float]:
        """Return the mean absolute errors of the three ways in minutes."""
        return _errors(self.told)

    def watch(self, day: Day, visit: Visit) -> None:
        """Estimate one arrival in three ways."""
        if day.now >= self.fresh_until:
            self.fresh_until, self.handling = day.now + REFRESH_SECONDS, self._handling(day)
        began = time.process_time()
        desks = [
            Desk(w.id, frozenset(w.classes), *((w.visit.klass, day.now - w.since) if w.visit else ()))
            for w in day.windows
            if w.state not in ("closed", "paused")
        ]
        people = sorted([*day.waiting, visit], key=lambda one: (one.place, one.id))
        waits = expected_waits(
            [InLine(NEW if one is visit else one.id, one.klass, None, one.place - day.now) for one in people],
            desks, self.handling, _overtaking(day),
        )  # fmt: skip
        self.times.append(time.process_time() - began)
        ahead = sum(one.klass == visit.klass and one.place <= visit.place for one in day.waiting)
        mean = self._average(day, visit.klass)
        windows = sum(visit.klass in desk.classes for desk in desks)
        wait = waits[NEW]
        if wait is not None:
            self.told.append(Told(visit, wait.mean, wait.high, ahead * mean, ahead * mean / windows))

    def _handling(self, day: Day) -> dict[int, Handling]:
        return {
            klass: blended(
                self.given[klass],
                self.past.get((klass, int(day.now // 3600)), Measured()),
                [(one.ended - one.began, day.now - one.began) for one in day.done if one.klass == klass],
                [day.now - w.since for w in day.windows if w.visit and w.visit.klass == klass],
                GAP,
            )
            for klass in CLASSES
        }

    def _average(self, day: Day, klass: int) -> float:
        """Return the plain average of the class today, which the simple ways take; the given time before there is one."""
        found = [one.ended - one.began for one in day.done if one.klass == klass]
        return fmean(found) if found else self.given[klass]


def _overtaking(day: Day) -> list[Overtaking]:
    since = min(max(day.now + 1200, 600), 3600)
    found = []
    for klass in CLASSES:
        for _, credit in PRIORITY:
            came = sum(
                one.klass == klass and one.comes - one.place == credit and day.now - since <= one.comes < day.now
                for one in day.visits
            )
            found.append(Overtaking(klass, came / since, credit))
    return found


def _day(seed: int) -> Watched:
    dice = Random(seed)
    usual = {klass: exp_of(dice, 0.15) for klass in CLASSES}
    given = {klass: mean * exp_of(dice, 0.2) for klass, (_, mean) in CLASSES.items()}
    past: dict[tuple[int, int], list[float]] = {}
    for _ in range(HISTORY_DAYS):
        before = Day(dice, {klass: factor * exp_of(dice, 0.08) for klass, factor in usual.items()})
        for one in before.live(lambda day, visit: None).done:
            past.setdefault((one.klass, int(one.began // 3600)), []).append(one.ended - one.began)
    known = {key: measured((seconds, 0.0) for seconds in found) for key, found in past.items()}
    watched = Watched(given, known)
    Day(dice, {klass: factor * exp_of(dice, 0.08) for klass, factor in usual.items()}).live(watched.watch)
    return watched


def exp_of(dice: Random, sigma: float) -> float:
    """Return a factor around one."""
    return dice.lognormvariate(0.0, sigma)


def _errors(told: list[Told]) -> tuple[float, float, float]:
    def error(name: str) -> float:
        return fmean(abs(getattr(one, name) - one.real) for one in told) / 60

    return error("ours"), error("ahead"), error("divided")


def _largest() -> dict[str, Any]:
    """Measure a line that no hall should have: 300 people at 100 windows."""
    dice = Random(0)
    handling = {klass: Handling(mean, mean * 0.7) for klass, (_, mean) in CLASSES.items()}
    desks = [Desk(n, frozenset(dice.sample(list(CLASSES), 2)), 1 + n % 6, dice.uniform(0, 1500)) for n in range(100)]
    people = [InLine(n, 1 + n % 6, None, n - 300.0) for n in range(300)]
    coming = [Overtaking(klass, 0.002, 1800.0) for klass in CLASSES]
    times = []
    for _ in range(30):
        began = time.process_time()
        expected_waits(people, desks, handling, coming)
        times.append(time.process_time() - began)
    return line(
        "waiting.time_300_people_100_windows", median(times) * 1000, "ms", base="10 ms", ratio=median(times) * 100
    )
