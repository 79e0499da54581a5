"""Due times are computed in pages of fifty and in sweeps of thousands: a count must cost microseconds."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from timeit import repeat

from bangban.foundation.clocks.calendar import AnnouncedCalendar, add_workdays, count_workdays
from bangban.foundation.clocks.hours import ONLINE_HUMAN_DEFAULT
from bangban.foundation.clocks.rules import Limit, due_at

CALENDAR = AnnouncedCalendar()


def microseconds(call: Callable[[], object]) -> float:
    """Best of ten rounds, so that a busy machine does not count."""
    call()
    return min(repeat(call, number=200, repeat=10)) / 200 * 1e6


def test_twenty_working_days_are_added_and_counted_in_microseconds() -> None:
    start, end = date(2026, 2, 13), date(2026, 3, 19)
    assert microseconds(lambda: add_workdays(start, 20, CALENDAR)) < 10
    assert microseconds(lambda: count_workdays(start, end, CALENDAR)) < 10


def test_a_count_over_years_costs_no_more_than_its_years() -> None:
    assert microseconds(lambda: count_workdays(date(2005, 1, 1), date(2026, 12, 31), CALENDAR)) < 50


def test_a_due_time_of_five_working_days_costs_under_twenty_microseconds() -> None:
    started = datetime(2026, 2, 13, 2, tzinfo=UTC)
    assert microseconds(lambda: due_at(Limit(5, "working_day"), started, CALENDAR, ONLINE_HUMAN_DEFAULT)) < 20


def test_a_calendar_lists_a_year_once() -> None:
    class Counted(AnnouncedCalendar):
        asked = 0

        def is_workday(self, day: date) -> bool:
            self.asked += 1
            return super().is_workday(day)

    calendar = Counted()
    for _ in range(100):
        add_workdays(date(2026, 2, 13), 20, calendar)
    assert calendar.asked == 365
