"""What is to be played: when calls come, which seats there are, until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import ceil, sqrt
from random import Random
from zoneinfo import ZoneInfo

from bangban.services.telephony.simulation.habits import HOURS, NIGHT_SHARE, Habits
from bangban.services.telephony.simulation.seats import Seat

CITY = ZoneInfo("Asia/Shanghai")
DAY, FOREVER = 24 * 3600.0, float("inf")
FULL_SHARE = 0.85
"""From this share of the busiest hour on, every seat is staffed."""


@dataclass(frozen=True)
class Plan:
    """One time of playing. `arrivals` are seconds after `begins`; nothing happens after `until`, and nobody calls after `closes`.

    `staffing` is the share of the seats that is staffed in each hour after `begins`; empty for all of them always.
    """

    seed: int
    begins: datetime
    arrivals: tuple[float, ...]
    seats: tuple[Seat, ...]
    until: float = FOREVER
    closes: float = FOREVER
    staffing: tuple[float, ...] = ()
    exchange: str = "main"
    habits: Habits = field(default_factory=Habits)


def at_rate(seed: int, begins: datetime, calls: int, rate: float, seats: tuple[Seat, ...]) -> Plan:
    """Return a plan of calls that come at `rate` a second, irregularly, and play to their ends."""
    dice, moment, arrivals = Random(f"rate {seed}"), 0.0, []  # noqa: S311
    for _ in range(calls):
        moment += dice.expovariate(rate)
        arrivals.append(moment)
    return Plan(seed, begins, tuple(arrivals), seats)


def of_day(seed: int, day: date, calls: int, seats: tuple[Seat, ...], until: datetime | None = None) -> Plan:
    """Return the plan of a whole day, or of its part before `until`, with the day's own curve and night shift."""
    begins = datetime.combine(day, time(), CITY).astimezone(UTC)
    dice = Random(f"day {seed} {day}")  # noqa: S311
    hours = dice.choices(range(24), HOURS, k=calls)
    arrivals = sorted(hour * 3600 + dice.random() * 3600 for hour in hours)
    busiest = max(HOURS) * FULL_SHARE
    staffing = tuple(min(1.0, max(NIGHT_SHARE, share / busiest)) for share in HOURS)
    end = (until - begins) / timedelta(seconds=1) if until else FOREVER
    return Plan(seed, begins, tuple(a for a in arrivals if a < end), seats, end, DAY, staffing)


def enough_seats(calls: int, rate: float, *, day: bool) -> int:
    """Return how many seats the busiest time needs, with a little air (a call occupies its seat for 170 s)."""
    busiest = calls * max(HOURS) / sum(HOURS) / 3600 if day else rate
    load = busiest * 170
    return ceil(load + 2 * sqrt(load)) + 1
