"""How long a ticket will wait: the queue played forward on the windows that are open, as pure functions.

Times are seconds from now. Nothing here knows of the database, so that the bench can compare ways on a recorded day.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K")


@dataclass(frozen=True)
class InLine(Generic[K]):
    """A waiting ticket: its id, its class, and the only one who may serve it when it is kept for somebody."""

    id: K
    klass_id: int
    reserved_staff_id: int | None = None


@dataclass(frozen=True)
class Desk:
    """An open window: who sits there, which classes it serves, and since when somebody is at it (None when free)."""

    staff_id: int
    classes: frozenset[int]
    busy_klass_id: int | None = None
    busy_seconds: float = 0.0


def expected_waits(
    line: Sequence[InLine[K]], desks: Iterable[Desk], typical: Mapping[int, float]
) -> dict[K, float | None]:
    """Return the expected seconds until each ticket is called; None when no open window may serve it.

    `line` is in the order of calling. `typical` is the service time of each class in seconds.
    """
    free = [(_remaining(desk, typical), place, desk) for place, desk in enumerate(desks)]
    heapq.heapify(free)
    waits: dict[K, float | None] = {}
    left = list(line)
    servable = {ticket.id: any(_may_serve(desk, ticket) for _, _, desk in free) for ticket in left}
    waits.update({ticket.id: None for ticket in left if not servable[ticket.id]})
    left = [ticket for ticket in left if servable[ticket.id]]
    while left and free:
        at, place, desk = heapq.heappop(free)
        found = next((ticket for ticket in left if _may_serve(desk, ticket)), None)
        if found is None:
            continue
        waits[found.id] = at
        left.remove(found)
        heapq.heappush(free, (at + typical[found.klass_id], place, desk))
    return waits


def _may_serve(desk: Desk, ticket: InLine[K]) -> bool:
    if ticket.reserved_staff_id is not None:
        return ticket.reserved_staff_id == desk.staff_id
    return ticket.klass_id in desk.classes


def _remaining(desk: Desk, typical: Mapping[int, float]) -> float:
    if desk.busy_klass_id is None:
        return 0.0
    mean = typical[desk.busy_klass_id]
    return max(mean - desk.busy_seconds, mean * 0.1)
