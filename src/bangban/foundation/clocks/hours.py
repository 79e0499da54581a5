"""Service hours: when a human, a window or a line is available (BJ-6-a, F0.09, F7.18), apart from working days.

A span is [start, end): 12:00:00 is outside 9:00-12:00. An end of 00:00 is the midnight that ends the day, so a
night shift is two spans. All arithmetic runs in UTC; results are in the zone of the hours.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from bangban.foundation.clocks.calendar import ONE_DAY, WorkCalendar
from bangban.foundation.clocks.zones import DEFAULT_ZONE, aware, business_date, in_utc

MIDNIGHT = time(0)
# Longer than any real closure: past it the hours are wrong, not the patience of the search.
_HORIZON_DAYS = 400
_NOTHING = timedelta(0)


class NeverOpen(LookupError):
    """The hours show no opening within 400 days."""


@dataclass(frozen=True)
class Span:
    """[start, end) within one day, at the body's place; `end` 00:00 means the end of the day."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("a span is local time: its times carry no zone")
        if self.end != MIDNIGHT and self.end <= self.start:
            raise ValueError(f"span {self.start}-{self.end} ends before it starts: split a night at 00:00")

    def contains(self, moment: time) -> bool:
        """Whether a local time of the day lies in [start, end)."""
        return self.start <= moment and (self.end == MIDNIGHT or moment < self.end)


WHOLE_DAY = (Span(MIDNIGHT, MIDNIGHT),)


@dataclass(frozen=True)
class ServiceHours:
    """The week of a service, its make-up workdays, and the dates that differ.

    `weekly` maps a weekday (0 = Monday) to its spans. With `workdays_only` every rest day of the calendar is
    closed. A make-up workday (a worked weekend day) has `workday_spans`. `exceptions` win over all: a date with
    spans of its own, or with none when closed.
    """

    zone: ZoneInfo
    weekly: Mapping[int, tuple[Span, ...]]
    workdays_only: bool
    workday_spans: tuple[Span, ...] = ()
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not set(self.weekly) <= set(range(7)):
            raise ValueError("weekdays run from 0 (Monday) to 6 (Sunday)")
        if self.workdays_only and not self.workday_spans:
            raise ValueError("hours of working days need the spans of a make-up workday")
        for spans in (*self.weekly.values(), self.workday_spans, *self.exceptions.values()):
            _check_order(spans)

    @cached_property
    def always_open(self) -> bool:
        """Whether no moment is ever closed: then no calendar is asked, announced or not."""
        days = [self.weekly.get(weekday, ()) for weekday in range(7)]
        changed = [*self.exceptions.values(), *([self.workday_spans] if self.workday_spans else [])]
        return not self.workdays_only and all(spans == WHOLE_DAY for spans in (*days, *changed))

    def spans_of(self, day: date, calendar: WorkCalendar) -> tuple[Span, ...]:
        """The spans of one date, in order; empty when closed."""
        if day in self.exceptions:
            return self.exceptions[day]
        weekend = day.weekday() >= 5
        if self.workday_spans and weekend and calendar.is_workday(day):
            return self.workday_spans
        if self.workdays_only and (weekend or not calendar.is_workday(day)):
            return ()
        return self.weekly.get(day.weekday(), ())

    def is_open(self, moment: datetime, calendar: WorkCalendar) -> bool:
        """Whether the service is open at an aware moment."""
        local = aware(moment).astimezone(self.zone)
        return any(span.contains(local.time()) for span in self.spans_of(local.date(), calendar))

    def next_opening(self, moment: datetime, calendar: WorkCalendar) -> datetime:
        """The first open moment at or after `moment` (itself when open); NeverOpen when there is none."""
        start = in_utc(moment)
        for opens, _ in self._spans_after(start, calendar):
            return max(opens, start).astimezone(self.zone)
        raise NeverOpen(f"no opening within {_HORIZON_DAYS} days of {moment.isoformat()}")

    def next_closing(self, moment: datetime, calendar: WorkCalendar) -> datetime | None:
        """The end of the opening that runs at `moment` or comes next; None when it does not close within 400 days."""
        if self.always_open:
            return None
        closing: datetime | None = None
        latest = in_utc(moment) + _HORIZON_DAYS * ONE_DAY
        for opens, closes in self._spans_after(in_utc(moment), calendar):
            if closing is not None and opens != closing:
                break
            if opens > latest:
                return None
            closing = closes.astimezone(self.zone)
            # Only an end at midnight can run on; asking beyond would need a year that may not be announced yet.
            if closing.time() != MIDNIGHT:
                break
        if closing is None:
            raise NeverOpen(f"no opening within {_HORIZON_DAYS} days of {moment.isoformat()}")
        return closing

    def open_seconds_between(self, a: datetime, b: datetime, calendar: WorkCalendar) -> float:
        """Seconds of service time in [a, b), to the microsecond; negative when b is earlier."""
        return self.open_time_between(a, b, calendar).total_seconds()

    def open_time_between(self, a: datetime, b: datetime, calendar: WorkCalendar) -> timedelta:
        """Service time in [a, b); negative when b is earlier."""
        start, end = in_utc(a), in_utc(b)
        if end < start:
            return -self.open_time_between(end, start, calendar)
        if self.always_open or start == end:
            return end - start
        total, last = _NOTHING, business_date(end - timedelta.resolution, self.zone)
        day = business_date(start, self.zone)
        while day <= last:
            for opens, closes in self._edges(day, calendar):
                total += max(_NOTHING, min(closes, end) - max(opens, start))
            day += ONE_DAY
        return total

    def add_open_seconds(self, start: datetime, seconds: float, calendar: WorkCalendar) -> datetime:
        """The earliest moment at which `seconds` of service time have passed since `start`.

        Three hours from 9:00 end at 12:00, not at 13:30. Negative seconds go back; zero returns `start`.
        """
        return self.add_open_time(start, timedelta(seconds=seconds), calendar)

    def add_open_time(self, start: datetime, length: timedelta, calendar: WorkCalendar) -> datetime:
        """As `add_open_seconds`, with an exact length."""
        begin = in_utc(start)
        if self.always_open or not length:
            return (begin + length).astimezone(self.zone)
        reach = self._reach_back if length < _NOTHING else self._reach_forward
        return reach(begin, abs(length), calendar).astimezone(self.zone)

    def _reach_forward(self, begin: datetime, left: timedelta, calendar: WorkCalendar) -> datetime:
        for opens, closes in self._spans_after(begin, calendar):
            start = max(opens, begin)
            if left <= closes - start:
                return start + left
            left -= closes - start
        raise NeverOpen(f"no opening within {_HORIZON_DAYS} days")

    def _reach_back(self, begin: datetime, left: timedelta, calendar: WorkCalendar) -> datetime:
        for opens, closes in self._spans_before(begin, calendar):
            end = min(closes, begin)
            if left <= end - opens:
                return end - left
            left -= end - opens
        raise NeverOpen(f"no opening within {_HORIZON_DAYS} days")

    def _spans_after(self, moment: datetime, calendar: WorkCalendar) -> Iterator[tuple[datetime, datetime]]:
        day, closed = business_date(moment, self.zone), 0
        while closed < _HORIZON_DAYS:
            edges = self._edges(day, calendar)
            yield from (edge for edge in edges if edge[1] > moment)
            closed = 0 if edges else closed + 1
            day += ONE_DAY

    def _spans_before(self, moment: datetime, calendar: WorkCalendar) -> Iterator[tuple[datetime, datetime]]:
        day, closed = business_date(moment, self.zone), 0
        while closed < _HORIZON_DAYS:
            edges = self._edges(day, calendar)
            yield from (edge for edge in reversed(edges) if edge[0] < moment)
            closed = 0 if edges else closed + 1
            day -= ONE_DAY

    def _edges(self, day: date, calendar: WorkCalendar) -> list[tuple[datetime, datetime]]:
        return [(self._at(day, span.start), self._end(day, span)) for span in self.spans_of(day, calendar)]

    def _end(self, day: date, span: Span) -> datetime:
        return self._at(day + ONE_DAY if span.end == MIDNIGHT else day, span.end)

    def _at(self, day: date, moment: time) -> datetime:
        return in_utc(datetime.combine(day, moment, self.zone))


def _check_order(spans: tuple[Span, ...]) -> None:
    for before, after in pairwise(spans):
        if before.end == MIDNIGHT or after.start <= before.end:
            raise ValueError(f"spans {before} and {after} touch, overlap or are out of order")


_OFFICE_DAY = (Span(time(9), time(12)), Span(time(13, 30), time(17)))
_WORKING_WEEK = dict.fromkeys(range(5), _OFFICE_DAY)

# BJ-6-a: every working day, make-up workdays included.
ONLINE_HUMAN_DEFAULT = ServiceHours(DEFAULT_ZONE, _WORKING_WEEK, workdays_only=True, workday_spans=_OFFICE_DAY)
# GB33358-5.1.2.1: the hotline accepts at any hour of any day.
ROUND_THE_CLOCK = ServiceHours(DEFAULT_ZONE, dict.fromkeys(range(7), WHOLE_DAY), workdays_only=False)
# The sources leave a centre's windows open; until a centre states its own hours it keeps those of BJ-6-a.
CENTRE_DEFAULT = ONLINE_HUMAN_DEFAULT
