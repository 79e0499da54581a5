"""What a limit says (F7.10): how much, of what, with which end, and what a pause does to it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal, Protocol, get_args

from bangban.foundation.clocks.zones import in_utc

Unit = Literal["working_day", "calendar_day", "hour", "minute", "second"]
Resume = Literal["continue", "restart"]

DAY_UNITS: frozenset[Unit] = frozenset({"working_day", "calendar_day"})
_LENGTHS: dict[Unit, timedelta] = {
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
}


class Measure(Protocol):
    """An amount of a unit: a limit itself, or the lead of its warning."""

    @property
    def amount(self) -> int:
        """How many, never negative."""
        ...

    @property
    def unit(self) -> Unit:
        """Of what."""
        ...


@dataclass(frozen=True)
class Lead:
    """How long before the due time to warn."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True)
class Limit:
    """One time limit.

    `roll`: a calendar-day limit that ends on a rest day moves to the next working day (working days never end
    on one). `service_time`: hours, minutes and seconds count only inside service hours (F7.14: not by default).
    `end_of_day`: the end of business at which a day limit ends, 23:59:59 when None. `resume`: after a pause the
    rest counts on, or the whole amount starts anew (F7.11).
    """

    amount: int
    unit: Unit
    roll: bool = True
    service_time: bool = False
    end_of_day: time | None = None
    resume: Resume = "continue"

    def __post_init__(self) -> None:
        _check(self)
        if self.resume not in get_args(Resume):
            raise ValueError(f"unknown resume mode {self.resume!r}")
        if self.end_of_day is not None and self.end_of_day.tzinfo:
            raise ValueError("the end of business is local time: it carries no zone")


@dataclass(frozen=True)
class Pause:
    """One stretch [start, end) in which a limit does not count (F7.06); `end` is None while it lasts."""

    kind: str
    start: datetime
    end: datetime | None

    def __post_init__(self) -> None:
        start = in_utc(self.start)
        if self.end is not None and in_utc(self.end) < start:
            raise ValueError(f"pause {self.kind} ends before it starts")


def counts_days(measure: Measure) -> bool:
    """Whether the amount is whole days, not elapsed time."""
    return measure.unit in DAY_UNITS


def length_of(measure: Measure) -> timedelta:
    """The elapsed time of an amount of hours, minutes or seconds; KeyError for days."""
    return measure.amount * _LENGTHS[measure.unit]


def _check(measure: Measure) -> None:
    if measure.unit not in get_args(Unit):
        raise ValueError(f"unknown unit {measure.unit!r}")
    if measure.amount < 0:
        raise ValueError(f"negative amount {measure.amount}")
