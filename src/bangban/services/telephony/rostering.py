"""Whether the roster covers every hour of seven days and 24 hours (GB33358-5.1.2.1); pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.services.telephony.staffing import uncovered
from bangban.services.telephony.views import Gap

ENDS_AT_MIDNIGHT = time(23, 59)
"""A shift over midnight is written as two; the first ends in the last minute of its day, which counts as midnight."""


@dataclass(frozen=True)
class Duty:
    """One weekly stretch of an agent (0 = Monday), on some dates only."""

    weekday: int
    starts: time
    ends: time
    workdays_only: bool
    valid_from: date
    valid_to: date | None


def gaps(duties: Iterable[Duty], start: datetime, end: datetime, is_workday: Callable[[date], bool]) -> list[Gap]:
    """Return the stretches between two moments in which nobody is rostered, in order."""
    return [Gap(*span) for span in uncovered(_stretches(list(duties), start, end, is_workday), start, end)]


def _stretches(
    duties: list[Duty], start: datetime, end: datetime, is_workday: Callable[[date], bool]
) -> Iterator[tuple[datetime, datetime]]:
    day, last = start.astimezone(DEFAULT_ZONE).date(), end.astimezone(DEFAULT_ZONE).date()
    while day <= last:
        for duty in duties:
            if _falls_on(duty, day, is_workday):
                finish = datetime.combine(day, duty.ends, DEFAULT_ZONE)
                if duty.ends >= ENDS_AT_MIDNIGHT:
                    finish = datetime.combine(day + timedelta(days=1), time(), DEFAULT_ZONE)
                begin = datetime.combine(day, duty.starts, DEFAULT_ZONE)
                if finish > start and begin < end:
                    yield begin, finish
        day += timedelta(days=1)


def _falls_on(duty: Duty, day: date, is_workday: Callable[[date], bool]) -> bool:
    valid = duty.valid_from <= day and (duty.valid_to is None or day <= duty.valid_to)
    return valid and duty.weekday == day.weekday() and (not duty.workdays_only or is_workday(day))
