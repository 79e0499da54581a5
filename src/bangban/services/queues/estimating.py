"""How long a ticket will wait: the queue played forward on the windows that are open, as pure functions.

Times are seconds from now. Nothing here knows of the database, so that the bench can compare ways on a recorded day.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Generic, TypeVar

from bangban.services.queues.handling import Handling

K = TypeVar("K")
NINE_IN_TEN = 1.2816
"""So many standard deviations above the mean lie nine of ten outcomes."""
UNSURE = 0.25
"""Share of a wait by which rates of coming and serving may be off, beside the chance in each service."""
CALLING_SECONDS = 15.0
"""What it takes a free window to call; the bound leaves room for twice as much."""


@dataclass(frozen=True)
class InLine(Generic[K]):
    """A waiting ticket: its id, its class, the only one who may serve it when it is kept for somebody, its place.

    `place` is seconds from now, negative for who came before; it matters only with people who overtake.
    """

    id: K
    klass_id: int
    reserved_staff_id: int | None = None
    place: float = 0.0


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


@dataclass(frozen=True)
class Wait:
    """The expected seconds until a ticket is called, and a bound that nine of ten such waits stay below."""

    mean: float
    high: float


def expected_waits(
    line: Sequence[InLine[K]],
    desks: Iterable[Desk],
    handling: Mapping[int, Handling],
    overtaking: Iterable[Overtaking] = (),
    closed: Sequence[tuple[float, float]] = (),
) -> dict[K, Wait | None]:
    """Return the expected wait of each ticket; None when no open window may serve it.

    `line` is in the order of calling. People with priority who have not come yet come evenly spaced and are put into
    the order by the rule. Within `closed` spans nobody is called. A window takes the first in order that it may serve,
    as in the hall.
    """
    return _Play(line, tuple(desks), handling, overtaking, closed).run()


class _Play(Generic[K]):
    """The hall played forward: a queue for each class and each reserved person, and windows by when they are free."""

    def __init__(
        self,
        line: Sequence[InLine[K]],
        desks: tuple[Desk, ...],
        handling: Mapping[int, Handling],
        overtaking: Iterable[Overtaking],
        closed: Sequence[tuple[float, float]],
    ) -> None:
        self.desks, self.handling, self.closed = desks, handling, sorted(closed)
        self.waits: dict[K, Wait | None] = {ticket.id: None for ticket in line}
        self.queues: dict[tuple[bool, int], _Queue[K]] = {}
        for order, ticket in enumerate(line):
            kept = ticket.reserved_staff_id
            key = (False, ticket.klass_id) if kept is None else (True, kept)
            self.queues.setdefault(key, _Queue()).rows.append((order, ticket))
        self.coming = [_Coming(one) for one in overtaking if one.rate > 0]
        self.durations = {k: _Turns(handling[k], sum(k in d.classes for d in desks)) for k in handling}

    def run(self) -> dict[K, Wait | None]:
        """Let windows call until everybody who can be served is called."""
        free = self._windows()
        heapq.heapify(free)
        while free:
            at, place, queues, coming = heapq.heappop(free)
            klass_id = self._take(at, queues, coming)
            if klass_id is not None:
                heapq.heappush(free, (self._open(at + self.durations[klass_id].next()), place, queues, coming))
        return self.waits

    def _windows(self) -> list[tuple[float, int, list[_Queue[K]], list[_Coming]]]:
        found = []
        busy = sorted(range(len(self.desks)), key=lambda place: self.desks[place].busy_seconds)
        shares = dict(zip(busy, _spread(len(busy)), strict=True))
        for place, desk in enumerate(self.desks):
            keys = [(True, desk.staff_id), *((False, klass_id) for klass_id in desk.classes)]
            queues = [self.queues[key] for key in keys if key in self.queues]
            if queues:
                coming = [one for one in self.coming if one.klass_id in desk.classes]
                found.append((self._open(self._free_in(desk, shares[place])), place, queues, coming))
        return found

    def _free_in(self, desk: Desk, share: float) -> float:
        if desk.busy_klass_id is None:
            return CALLING_SECONDS * share * 2
        windows = self.durations[desk.busy_klass_id].windows
        return self.handling[desk.busy_klass_id].remaining(desk.busy_seconds, share, windows)

    def _take(self, at: float, queues: list[_Queue[K]], coming: list[_Coming]) -> int | None:
        """Let a window take whoever is first by the rule; returns the class, None when nobody is left for it."""
        first: _Queue[K] | None = None
        for queue in queues:
            if queue.head < len(queue.rows) and (first is None or queue.order < first.order):
                first = queue
        if first is None:
            return None
        ticket = first.rows[first.head][1]
        for one in coming:
            if one.at <= at and one.at - one.credit < ticket.place:
                one.at += one.gap
                return one.klass_id
        first.head += 1
        self.waits[ticket.id] = Wait(at, at + self._above(at, ticket.klass_id))
        return ticket.klass_id

    def _above(self, wait: float, klass_id: int) -> float:
        """Return how far above the mean nine of ten waits stay: chance of the services ahead, and unsure rates.

        A wait of W over c windows has W·c/m services of mean m in it; their chance adds up to m·cv·√(W/(c·m)).
        """
        one, windows = self.handling[klass_id], self.durations[klass_id].windows
        chance = one.spread**2 * wait / one.mean / windows
        return NINE_IN_TEN * sqrt(chance + (UNSURE * wait) ** 2) + 2 * CALLING_SECONDS

    def _open(self, at: float) -> float:
        for begins, ends in self.closed:
            if begins <= at < ends:
                return ends
        return at


class _Queue(Generic[K]):
    """People in order; `head` is the next of them."""

    __slots__ = ("head", "rows")

    def __init__(self) -> None:
        self.rows: list[tuple[int, InLine[K]]] = []
        self.head = 0

    @property
    def order(self) -> int:
        return self.rows[self.head][0]


class _Coming:
    """People with priority who have not come yet; the next of them comes at `at`."""

    __slots__ = ("at", "credit", "gap", "klass_id")

    def __init__(self, kind: Overtaking) -> None:
        self.klass_id, self.gap, self.credit = kind.klass_id, 1 / kind.rate, kind.credit
        self.at = self.gap / 2


class _Turns:
    """Durations of the services of a class one after the other, spread as those of windows that work side by side."""

    def __init__(self, handling: Handling, windows: int) -> None:
        self.windows = max(windows, 1)
        durations = handling.in_turn(self.windows)
        self._durations = [durations[round(share * (self.windows + 1)) - 1] for share in _spread(self.windows)]
        self._place = 0

    def next(self) -> float:
        """Return the duration of the service that begins now."""
        duration = self._durations[self._place]
        self._place = (self._place + 1) % self.windows
        return duration


def _spread(count: int) -> list[float]:
    """Return the shares 1/(n+1) … n/(n+1), mixed so that neighbours are far apart."""
    stride = next((step for step in range(round(count * 0.618) or 1, count) if _coprime(step, count)), 1)
    return [(place * stride % count + 1) / (count + 1) for place in range(count)]


def _coprime(one: int, other: int) -> bool:
    while other:
        one, other = other, one % other
    return one == 1
