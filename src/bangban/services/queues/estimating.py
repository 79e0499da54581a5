"""How long a ticket will wait: the queue played forward on the windows that are open, as pure functions.

Times are seconds from now. Nothing here knows of the database, so that the bench can compare ways on a recorded day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TypeVar

from bangban.services.queues.handling import Handling
from bangban.services.queues.playing import CALLING_SECONDS, Desk, Hall, InLine, Overtaking, Play, in_queues

__all__ = ["Desk", "InLine", "Overtaking", "Wait", "expected_waits"]

K = TypeVar("K")
NINE_IN_TEN = 1.2816
"""So many standard deviations above the mean lie nine of ten outcomes."""
UNSURE = 0.25
"""Share of a wait by which rates of coming and serving may be off, beside the chance in each service."""
PLAYS = 4
"""The queue is played so often, each time with other windows free first; what is told is the mean."""


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
    hall = Hall(
        in_queues(line), tuple(desks), handling, tuple(one for one in overtaking if one.rate > 0), sorted(closed)
    )
    plays = [Play(hall, turn / PLAYS).run() for turn in range(PLAYS)]
    found: dict[K, Wait | None] = {}
    for ticket in line:
        mean = sum(play[ticket.id] for play in plays) / PLAYS if ticket.id in plays[0] else None
        found[ticket.id] = None if mean is None else Wait(mean, mean + _above(hall, mean, ticket.klass_id))
    return found


def _above(hall: Hall[K], wait: float, klass_id: int) -> float:
    """Return how far above the mean nine of ten waits stay: chance of the services ahead, and unsure rates.

    A wait of W over c windows has W·c/m services of mean m in it; their chance adds up to m·cv·√(W/(c·m)). A free
    window may take twice its time to call.
    """
    one = hall.handling[klass_id]
    chance = one.spread**2 * wait / one.mean / hall.windows[klass_id]
    return NINE_IN_TEN * sqrt(chance + (UNSURE * wait) ** 2) + 2 * CALLING_SECONDS
