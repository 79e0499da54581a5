"""A day of a large hall, drawn at random: rush hour, breaks, people who do not come, priority, services of any length.

The rules of order are the house's own. Seconds from opening; negative before it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from math import exp, log, sqrt
from random import Random

TICKETS, WINDOWS, DAY = 1500, 100, 8 * 3600.0
HOURS = (3.4, 2.2, 1.0, 0.5, 1.0, 1.5, 1.0, 0.4)
EARLY_SHARE, NO_SHOW, MISSED_SECONDS = 0.06, 0.06, (45.0, 75.0)
PRIORITY = ((0.08, 1800.0), (0.06, 3600.0))
CLASSES = {
    1: (0.26, 1500.0),
    2: (0.2, 1100.0),
    3: (0.16, 1900.0),
    4: (0.14, 900.0),
    5: (0.12, 1300.0),
    6: (0.12, 700.0),
}


@dataclass
class Visit:
    """A person: class, when they come, place in the order, and how long they will be at a window."""

    id: int
    klass: int
    comes: float
    place: float
    at_window: float
    called: float | None = None


@dataclass
class Window:
    """A window with its breaks still to come (begin, length); `visit` is who is at it, since `since`."""

    id: int
    classes: tuple[int, ...]
    opens: float
    breaks: list[tuple[float, float]]
    visit: Visit | None = None
    since: float = 0.0
    state: str = "closed"


@dataclass
class Done:
    """A finished stay at a window, as the house would have measured it."""

    klass: int
    began: float
    ended: float


@dataclass
class Day:
    """One day; `watch(self, visit)` is asked at each arrival, before the person stands in line."""

    dice: Random
    factor: dict[int, float]
    tickets: int = TICKETS
    windows: list[Window] = field(default_factory=list)
    waiting: list[Visit] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    now: float = 0.0

    def __post_init__(self) -> None:
        self.windows = [self._window(number) for number in range(WINDOWS)]
        self.visits = [self._visit(number, at) for number, at in enumerate(sorted(self._arrivals()))]
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()

    def live(self, watch: Callable[[Day, Visit], None]) -> Day:
        """Play the day to its end."""
        for visit in self.visits:
            self._at(visit.comes, lambda visit=visit: self._arrive(visit, watch))  # type: ignore[misc]
        for window in self.windows:
            self._at(window.opens, lambda window=window: self._free(window))  # type: ignore[misc]
        while self._events:
            self.now, _, event = heapq.heappop(self._events)
            event()
        return self

    def _at(self, moment: float, event: Callable[[], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._numbers), event))

    def _arrivals(self) -> list[float]:
        hours = self.dice.choices(range(len(HOURS)), HOURS, k=self.tickets)
        times = [hour * 3600 + self.dice.random() * 3600 for hour in hours]
        return [at if self.dice.random() > EARLY_SHARE else -self.dice.random() * 1200 for at in times]

    def _visit(self, number: int, at: float) -> Visit:
        klass = self.dice.choices(list(CLASSES), [share for share, _ in CLASSES.values()])[0]
        draw, credit = self.dice.random(), 0.0
        for share, ahead in PRIORITY:
            credit, draw = (ahead, 2.0) if draw < share else (credit, draw - share)
        mean = CLASSES[klass][1] * self.factor[klass] * (1 + 0.12 * (at / DAY - 0.5))
        sigma = sqrt(log(1 + 0.75**2))
        stay = exp(self.dice.gauss(log(mean) - sigma**2 / 2, sigma))
        shows = self.dice.random() >= NO_SHOW
        return Visit(number, klass, at, at - credit, max(stay, 40) if shows else self.dice.uniform(*MISSED_SECONDS))

    def _window(self, number: int) -> Window:
        first = self.dice.choices(list(CLASSES), [share * mean for share, mean in CLASSES.values()])[0]
        more = tuple(klass for klass in CLASSES if klass != first and self.dice.random() < 0.12)
        breaks = [(2.5 * 3600 + self.dice.random() * 5400, 1800 + self.dice.random() * 900)]
        breaks += [(self.dice.random() * DAY, 600 + self.dice.random() * 300) for _ in range(2)]
        return Window(number, (first, *more), max(0.0, self.dice.gauss(300, 500)), sorted(breaks))

    def _arrive(self, visit: Visit, watch: Callable[[Day, Visit], None]) -> None:
        watch(self, visit)
        self.waiting.append(visit)
        self.waiting.sort(key=lambda one: (one.place, one.id))
        idle = [window for window in self.windows if window.state == "free" and visit.klass in window.classes]
        if idle:
            window = self.dice.choice(idle)
            window.state = "reacting"
            self._at(self.now + self.dice.uniform(3, 25), lambda: self._call(window))

    def _free(self, window: Window) -> None:
        if window.breaks and window.breaks[0][0] <= self.now and self.now < DAY:
            _, length = window.breaks.pop(0)
            window.state, window.since = "paused", self.now
            self._at(self.now + length, lambda: self._free(window))
            return
        self._call(window)

    def _call(self, window: Window) -> None:
        found = next((visit for visit in self.waiting if visit.klass in window.classes), None)
        if found is None:
            window.state = "free"
            return
        self.waiting.remove(found)
        found.called, window.visit, window.since, window.state = self.now, found, self.now, "busy"
        self._at(self.now + found.at_window, lambda: self._end(window))

    def _end(self, window: Window) -> None:
        assert window.visit is not None
        self.done.append(Done(window.visit.klass, window.since, self.now))
        window.visit, window.state = None, "tidying"
        window.since = self.now
        self._at(self.now + self.dice.uniform(8, 50), lambda: self._free(window))
