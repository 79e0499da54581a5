"""How many agents an hour needs, from the calls of earlier weeks (Erlang C); pure (GB33358-5.1.2.1, 5.1.2.3-a)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import exp

WITHIN, SHARE = 15, 0.95
"""Seconds within which a call is to be answered, and of how many calls that must be true."""
MOST = 500
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)


def needed(calls: float, handling: float) -> int:
    """Return how many agents answer 95 % of an hour's calls within 15 s; at least one, since the hotline never closes.

    `calls` come in the hour, each takes `handling` seconds with the work after it.
    """
    load = calls * handling / 3600
    if load <= 0:
        return 1
    blocked, agents = 1.0, 0
    while agents < MOST:
        agents += 1
        blocked = load * blocked / (agents + load * blocked)
        if agents > load:
            waiting = blocked / (1 - load / agents * (1 - blocked))
            if waiting * exp(-(agents - load) * WITHIN / handling) <= 1 - SHARE:
                return agents
    return MOST


@dataclass(frozen=True)
class Demand:
    """What earlier weeks say of an hour of the week: agents by [weekday][hour], and what that rests on."""

    agents: tuple[tuple[int, ...], ...]
    calls: tuple[tuple[float, ...], ...]
    weeks: int
    counted: int
    handling: int
    last: date | None = None
    """The latest day whose calls are counted."""

    @property
    def basis(self) -> str:
        """Say what the forecast rests on, or that there is none."""
        if not self.counted:
            return "前4周没有来电记录，不作预测；只核对每个时段有人值班。"
        upto = f"截至{self.last.month}月{self.last.day}日的" if self.last else "前"
        return (
            f"按{upto}{self.weeks}周同一时段的平均来电（共{self.counted}个，平均每个占用{self.handling}秒）推算，"
            "使95%的来电15秒内接听。"
        )


NOBODY_CALLED = Demand(((1,) * 24,) * 7, ((0.0,) * 24,) * 7, 0, 0, 0)


def demand(counts: dict[tuple[int, int], int], weeks: int, handling: float, last: date | None = None) -> Demand:
    """Return what hours need, from calls by (weekday, hour) over some weeks up to a day."""
    counted = sum(counts.values())
    if not counted or weeks < 1 or handling <= 0:
        return NOBODY_CALLED
    calls = tuple(tuple(counts.get((day, hour), 0) / weeks for hour in range(24)) for day in range(7))
    agents = tuple(tuple(needed(one, handling) for one in row) for row in calls)
    return Demand(agents, calls, weeks, counted, round(handling), last)


def on_duty(stretches: Sequence[tuple[datetime, datetime]], begin: datetime) -> list[list[int]]:
    """Return the fewest people on duty in each hour of the seven days from a midnight, judged by the quarter."""
    rows = []
    for day in range(7):
        row = []
        for hour in range(24):
            start = begin + timedelta(days=day, hours=hour)
            quarters = [start + n * QUARTER for n in range(4)]
            row.append(min(sum(a <= at and at + QUARTER <= b for a, b in stretches) for at in quarters))
        rows.append(row)
    return rows


@dataclass(frozen=True)
class Short:
    """Hours of one day in which fewer are on duty than calls need: [first, last) with the worst of them."""

    day: int
    first: int
    last: int
    there: int
    wanted: int


def shortages(there: Sequence[Sequence[int]], wanted: Sequence[Sequence[int]]) -> list[Short]:
    """Return the hours with somebody on duty, but too few, as runs; hours with nobody are gaps and told as such."""
    found: list[Short] = []
    for day in range(7):
        for hour in range(24):
            have, want = there[day][hour], wanted[day][hour]
            if not 0 < have < want:
                continue
            last = found[-1] if found else None
            if last and last.day == day and last.last == hour and (last.there, last.wanted) == (have, want):
                found[-1] = Short(day, last.first, hour + 1, have, want)
            else:
                found.append(Short(day, hour, hour + 1, have, want))
    return found


def uncovered(
    stretches: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Return from when to when nobody is on duty between two moments, to the minute."""
    found, covered = [], start
    for begin, finish in sorted(stretches):
        if begin > covered:
            found.append((covered, min(begin, end)))
        covered = max(covered, finish)
        if covered >= end:
            return found
    return [*found, (covered, end)] if covered < end else found
