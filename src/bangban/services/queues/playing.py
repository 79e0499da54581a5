"""The hall played forward: windows take the first they may serve, until nobody waits; pure functions.

Times are seconds from now.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import cycle
from math import inf
from operator import attrgetter
from typing import Generic, TypeVar

from bangban.services.queues.handling import Handling

K = TypeVar("K")
CALLING_SECONDS = 15.0
"""What it takes a free window to call, on the mean."""


@dataclass(frozen=True)
class InLine(Generic[K]):
    """A waiting ticket: its id, its class, the only one who may serve it when it is kept for somebody, its place.

    `place` is seconds from now, negative for who came before; it matters only with people who overtake. An `asking` one
    only wants to know when it would be called, and takes no time of a window.
    """

    id: K
    klass_id: int
    reserved_staff_id: int | None = None
    place: float = 0.0
    asking: bool = False


@dataclass(frozen=True)
class Desk:
    """An open window: who sits there, which classes it serves, and since when somebody is at it (None when free)."""

    staff_id: int
    classes: frozenset[int]
    busy_klass_id: int | None = None
    busy_seconds: float = 0.0


@dataclass(frozen=True)
class Overtaking:
    """People who will come with priority: how many of a class a second, and how far ahead they stand (seconds)."""

    klass_id: int
    rate: float
    credit: float


Rows = list[tuple[int, InLine[K]]]


def in_queues(line: Sequence[InLine[K]]) -> dict[tuple[bool, int], Rows[K]]:
    """Return a queue for each class, and one for each person for whom tickets are kept; with the order of the whole."""
    found: dict[tuple[bool, int], Rows[K]] = {}
    for order, ticket in enumerate(line):
        kept = ticket.reserved_staff_id
        found.setdefault((False, ticket.klass_id) if kept is None else (True, kept), []).append((order, ticket))
    return found


@dataclass(frozen=True)
class Hall(Generic[K]):
    """What all plays begin with."""

    queues: Mapping[tuple[bool, int], Rows[K]]
    desks: tuple[Desk, ...]
    handling: Mapping[int, Handling]
    overtaking: tuple[Overtaking, ...]
    closed: Sequence[tuple[float, float]]

    @cached_property
    def windows(self) -> dict[int, int]:
        """Return how many windows serve each class."""
        return {klass_id: sum(klass_id in desk.classes for desk in self.desks) or 1 for klass_id in self.handling}

    @cached_property
    def by_elapsed(self) -> list[int]:
        """Return the windows by how long they are busy."""
        return sorted(range(len(self.desks)), key=lambda place: self.desks[place].busy_seconds)


class Play(Generic[K]):
    """The hall played forward once: windows by when they are free, each taking the first it may serve."""

    def __init__(self, hall: Hall[K], turn: float) -> None:
        self.hall, self.turn = hall, turn
        self.called: dict[K, float] = {}
        self.queues = {key: _Queue(rows) for key, rows in hall.queues.items()}
        self.coming = [_Coming(one) for one in hall.overtaking]
        self.durations = {k: _Turns(one, hall.windows[k], turn) for k, one in hall.handling.items()}

    def run(self) -> dict[K, float]:
        """Let windows call until everybody who can be served is called; returns when."""
        free = self._windows()
        heapq.heapify(free)
        while free:
            at, place, queues, coming = free[0]
            klass_id = self._take(at, queues, coming)
            if klass_id is None:
                heapq.heappop(free)
            else:
                heapq.heapreplace(free, (self._open(at + self.durations[klass_id].next()), place, queues, coming))
        return self.called

    def _windows(self) -> list[tuple[float, int, list[_Queue[K]], list[_Coming]]]:
        found = []
        shares = dict(zip(self.hall.by_elapsed, _spread(len(self.hall.desks), self.turn), strict=True))
        for place, desk in enumerate(self.hall.desks):
            keys = [(True, desk.staff_id), *((False, klass_id) for klass_id in desk.classes)]
            queues = [self.queues[key] for key in keys if key in self.queues]
            if queues:
                coming = [one for one in self.coming if one.klass_id in desk.classes]
                found.append((self._open(self._free_in(desk, shares[place])), place, queues, coming))
        return found

    def _free_in(self, desk: Desk, share: float) -> float:
        busy = desk.busy_klass_id
        if busy is None:
            return CALLING_SECONDS * share * 2
        return self.hall.handling[busy].remaining(desk.busy_seconds, share, self.hall.windows[busy])

    def _take(self, at: float, queues: list[_Queue[K]], coming: list[_Coming]) -> int | None:
        """Let a window take whoever is first by the rule; returns the class, None when nobody is left for it."""
        while True:
            first = queues[0] if len(queues) == 1 else min(queues, key=_by_order)
            ticket = first.ticket
            if ticket is None:
                return None
            for one in coming:
                if one.at <= at and one.at - one.credit < ticket.place:
                    one.at += one.gap
                    return one.klass_id
            first.go_on()
            self.called[ticket.id] = at
            if not ticket.asking:
                return ticket.klass_id

    def _open(self, at: float) -> float:
        for begins, ends in self.hall.closed:
            if begins <= at < ends:
                return ends
        return at


class _Queue(Generic[K]):
    """People in order; `ticket` is the next of them, `order` its place among all."""

    __slots__ = ("_left", "order", "ticket")

    order: float
    ticket: InLine[K] | None

    def __init__(self, rows: Rows[K]) -> None:
        self._left = iter(rows)
        self.go_on()

    def go_on(self) -> None:
        """Go on to the next person."""
        self.order, self.ticket = next(self._left, NOBODY)


NOBODY: tuple[float, None] = (inf, None)
_by_order = attrgetter("order")


class _Coming:
    """People with priority who have not come yet; the next of them comes at `at`."""

    __slots__ = ("at", "credit", "gap", "klass_id")

    def __init__(self, kind: Overtaking) -> None:
        self.klass_id, self.gap, self.credit = kind.klass_id, 1 / kind.rate, kind.credit
        self.at = self.gap / 2


class _Turns:
    """Durations of the services of a class one after the other, spread as those of windows that work side by side."""

    __slots__ = ("next",)

    def __init__(self, handling: Handling, windows: int, turn: float) -> None:
        durations = handling.in_turn(windows)
        self.next = cycle([durations[round(share * (windows + 1)) - 1] for share in _spread(windows, turn)]).__next__


@lru_cache(maxsize=1024)
def _spread(count: int, turn: float) -> list[float]:
    """Return the shares 1/(n+1) … n/(n+1), mixed so that neighbours are far apart, and passed on by `turn` (0…1)."""
    stride = next((step for step in range(round(count * 0.618) or 1, count) if _coprime(step, count)), 1)
    begin = round(count * turn)
    return [((place + begin) * stride % count + 1) / (count + 1) for place in range(count)]


def _coprime(one: int, other: int) -> bool:
    while other:
        one, other = other, one % other
    return one == 1
