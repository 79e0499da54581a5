"""Days: which are worked, and how working days are counted (F7.09, F7.15-F7.17).

Two words only, work day and rest day: "in lieu" is read in opposite ways by different sources.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Protocol
from weakref import WeakKeyDictionary

import chinese_calendar

ONE_DAY = timedelta(days=1)
_HOLIDAYS = frozenset[date](chinese_calendar.holidays)
_MAKEUP_WORKDAYS = frozenset[date](chinese_calendar.workdays)
# A notice covers a year exactly when it lists its National Day; a stray January day is not a notice.
_ANNOUNCED_YEARS = frozenset(day.year for day in _HOLIDAYS if (day.month, day.day) == (10, 1))


class CalendarMissing(LookupError):
    """Nobody has announced the work and rest days of `year` (F7.16); `text_zh` is the sentence for a page."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.text_zh = f"{year}年的放假调休安排尚未导入，无法计算时限。请导入{year}年工作日历。"
        super().__init__(
            f"no working-day calendar for {year}: import the calendar_day table (date, is_workday, name, "
            f"source_document) of the State Council notice for {year}"
        )


class WorkCalendar(Protocol):
    """Says of each day whether it is worked. It never changes: a changed table is a new calendar, a new version."""

    @property
    def version(self) -> str:
        """Name of this state of the table; equal versions answer equally."""
        ...

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked; CalendarMissing when nobody has announced it."""
        ...


class AnnouncedCalendar:
    """The State Council's days as `chinese_calendar` knows them, under the imported table.

    `overrides` (date → worked) win over the package. `years` are announced by the imported table beyond the
    package's own: their other days follow the week. A day of any other year raises CalendarMissing, or with
    `provisional` follows the week and is reported by `is_provisional`.
    """

    def __init__(
        self, overrides: Mapping[date, bool] | None = None, years: Iterable[int] = (), *, provisional: bool = False
    ) -> None:
        self._overrides = dict(overrides or {})
        self.years = _ANNOUNCED_YEARS.union(years)
        self.provisional = provisional
        self.version = self._version()

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked; CalendarMissing when nobody announced it and the calendar is not provisional."""
        announced = self._overrides.get(day)
        if announced is not None:
            return announced
        if day.year not in self.years and not self.provisional:
            raise CalendarMissing(day.year)
        return day in _MAKEUP_WORKDAYS or (day.weekday() < 5 and day not in _HOLIDAYS)

    def is_provisional(self, after: date, until: date) -> bool:
        """Whether any day in (after, until] is only guessed from the week."""
        if all(year in self.years for year in range(after.year, until.year + 1)):
            return False
        days = (after + ONE_DAY * step for step in range(1, (until - after).days + 1))
        return any(day.year not in self.years and day not in self._overrides for day in days)

    def _version(self) -> str:
        added = sorted(self.years - _ANNOUNCED_YEARS)
        version = f"cn-{chinese_calendar.__version__}"
        if self._overrides or added:
            told = repr((added, sorted((day.isoformat(), worked) for day, worked in self._overrides.items())))
            version += f"+{sha256(told.encode()).hexdigest()[:12]}"
        return f"{version}+provisional" if self.provisional else version


@dataclass(frozen=True)
class EveryDay:
    """Every day is worked: the calendar of round-the-clock services."""

    version: str = "every-day"

    def is_workday(self, day: date) -> bool:
        """Always true."""
        return True


def is_provisional(after: date, until: date, calendar: WorkCalendar) -> bool:
    """Whether a count over (after, until] rests on days that no notice has announced."""
    judge = getattr(calendar, "is_provisional", None)
    return bool(judge and judge(after, until))


def next_workday(day: date, calendar: WorkCalendar) -> date:
    """The first working day after `day`."""
    return add_workdays(day, 1, calendar)


def previous_workday(day: date, calendar: WorkCalendar) -> date:
    """The last working day before `day`."""
    return add_workdays(day, -1, calendar)


def roll_forward(day: date, calendar: WorkCalendar) -> date:
    """`day` itself when worked, else the next working day (民法典 203, F7.09)."""
    return day if calendar.is_workday(day) else next_workday(day, calendar)


def roll_back(day: date, calendar: WorkCalendar) -> date:
    """`day` itself when worked, else the working day before."""
    return day if calendar.is_workday(day) else previous_workday(day, calendar)


def add_workdays(day: date, n: int, calendar: WorkCalendar) -> date:
    """The n-th working day after `day`, or before it when n is negative; `day` is not counted and n = 0 returns it.

    Only the years that the count reaches are asked for (CalendarMissing otherwise).
    """
    if n == 0:
        return day
    year, worked = day.year, _workdays_of(day.year, calendar)
    if n > 0:
        index = bisect_right(worked, day) + n - 1
        while index >= len(worked):
            index -= len(worked)
            year += 1
            worked = _workdays_of(year, calendar)
        return worked[index]
    index = bisect_left(worked, day) + n
    while index < 0:
        year -= 1
        worked = _workdays_of(year, calendar)
        index += len(worked)
    return worked[index]


def count_workdays(after: date, until: date, calendar: WorkCalendar) -> int:
    """The number of working days in (after, until]; negative when `until` is earlier."""
    if until < after:
        return -count_workdays(until, after, calendar)
    if until == after:
        return 0
    full_years = sum(len(_workdays_of(year, calendar)) for year in range(after.year, until.year))
    first, last = _workdays_of(after.year, calendar), _workdays_of(until.year, calendar)
    return full_years + bisect_right(last, until) - bisect_right(first, after)


# One sorted table per calendar and year makes a count two bisections; weak keys let replaced calendars go.
_TABLES: WeakKeyDictionary[WorkCalendar, dict[int, tuple[date, ...]]] = WeakKeyDictionary()


def _workdays_of(year: int, calendar: WorkCalendar) -> tuple[date, ...]:
    years = _TABLES.get(calendar)
    if years is None:
        years = _TABLES.setdefault(calendar, {})
    worked = years.get(year)
    if worked is None:
        worked = years[year] = _list_workdays(year, calendar)
    return worked


def _list_workdays(year: int, calendar: WorkCalendar) -> tuple[date, ...]:
    start = date(year, 1, 1).toordinal()
    days = map(date.fromordinal, range(start, date(year, 12, 31).toordinal() + 1))
    worked = tuple(day for day in days if calendar.is_workday(day))
    if not worked:
        raise ValueError(f"calendar {calendar.version} has no working day in {year}")
    return worked
