"""Counting working days: the starting day is not counted, only worked days are (F7.09, appendix B)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangban.foundation.clocks.calendar import (
    AnnouncedCalendar,
    EveryDay,
    add_workdays,
    count_workdays,
    next_workday,
    previous_workday,
    roll_back,
    roll_forward,
)

CALENDAR = AnnouncedCalendar()
ANNOUNCED = st.dates(date(2008, 1, 1), date(2024, 12, 31))
FEW = st.integers(0, 200)

VECTORS = [
    ("2025-01-24", 5, "2025-02-07"),
    ("2025-01-24", 20, "2025-02-27"),
    ("2025-09-26", 5, "2025-10-10"),
    ("2025-09-30", 1, "2025-10-09"),
    ("2025-09-30", 5, "2025-10-14"),
    ("2025-12-31", 5, "2026-01-08"),
    ("2026-01-04", 1, "2026-01-05"),
    ("2026-02-13", 5, "2026-02-27"),
    ("2026-02-13", 20, "2026-03-19"),
    ("2026-04-30", 1, "2026-05-06"),
    ("2026-09-18", 5, "2026-09-24"),
    ("2026-09-30", 10, "2026-10-20"),
]


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(("start", "amount", "due"), VECTORS)
def test_working_days_are_added_over_holidays_and_make_up_days(start: str, amount: int, due: str) -> None:
    assert add_workdays(day(start), amount, CALENDAR) == day(due)
    assert count_workdays(day(start), day(due), CALENDAR) == amount


@pytest.mark.parametrize(("start", "amount", "due"), VECTORS)
def test_working_days_count_back_to_a_worked_start(start: str, amount: int, due: str) -> None:
    assert add_workdays(day(due), -amount, CALENDAR) == day(start)


def test_from_a_rest_day_the_next_working_day_is_the_first() -> None:
    saturday = day("2026-06-06")
    assert add_workdays(saturday, 1, CALENDAR) == day("2026-06-08")
    assert add_workdays(saturday, -1, CALENDAR) == day("2026-06-05")
    assert add_workdays(saturday, 0, CALENDAR) == saturday


def test_neighbours_of_a_holiday() -> None:
    assert next_workday(day("2026-09-30"), CALENDAR) == day("2026-10-08")
    assert previous_workday(day("2026-10-08"), CALENDAR) == day("2026-09-30")
    assert roll_forward(day("2026-10-03"), CALENDAR) == day("2026-10-08")
    assert roll_back(day("2026-10-03"), CALENDAR) == day("2026-09-30")


def test_a_make_up_workday_does_not_roll() -> None:
    assert roll_forward(day("2025-10-11"), CALENDAR) == roll_back(day("2025-10-11"), CALENDAR) == day("2025-10-11")


def test_every_day_counts_on_a_round_the_clock_calendar() -> None:
    assert add_workdays(day("2026-12-31"), 2, EveryDay()) == day("2027-01-02")
    assert count_workdays(day("2026-12-31"), day("2028-12-31"), EveryDay()) == 731


@given(ANNOUNCED, FEW)
@settings(database=None, deadline=None)
def test_adding_agrees_with_walking_day_by_day(start: date, amount: int) -> None:
    walked, left = start, amount
    while left:
        walked += timedelta(days=1)
        left -= CALENDAR.is_workday(walked)
    assert add_workdays(start, amount, CALENDAR) == walked


@given(ANNOUNCED, st.integers(0, 500))
@settings(database=None, deadline=None)
def test_counting_agrees_with_walking_day_by_day(after: date, length: int) -> None:
    days = [after + timedelta(days=step) for step in range(1, length + 1)]
    until = after + timedelta(days=length)
    assert count_workdays(after, until, CALENDAR) == sum(map(CALENDAR.is_workday, days))
    assert count_workdays(until, after, CALENDAR) == -count_workdays(after, until, CALENDAR)


@given(ANNOUNCED, FEW, FEW, st.sampled_from([1, -1]))
@settings(database=None, deadline=None)
def test_adding_in_two_steps_is_adding_at_once(start: date, first: int, second: int, sign: int) -> None:
    halfway = add_workdays(start, sign * first, CALENDAR)
    assert add_workdays(halfway, sign * second, CALENDAR) == add_workdays(start, sign * (first + second), CALENDAR)


@given(ANNOUNCED, ANNOUNCED, ANNOUNCED)
@settings(database=None, deadline=None)
def test_counts_add_up(a: date, b: date, c: date) -> None:
    whole = count_workdays(a, c, CALENDAR)
    assert count_workdays(a, b, CALENDAR) + count_workdays(b, c, CALENDAR) == whole


@given(ANNOUNCED, ANNOUNCED, FEW)
@settings(database=None, deadline=None)
def test_a_later_start_is_never_due_earlier(one: date, other: date, amount: int) -> None:
    early, late = sorted([one, other])
    assert add_workdays(early, amount, CALENDAR) <= add_workdays(late, amount, CALENDAR)


@given(ANNOUNCED, st.integers(-200, 200).filter(bool))
@settings(database=None, deadline=None)
def test_a_count_ends_on_a_working_day(start: date, amount: int) -> None:
    assert CALENDAR.is_workday(add_workdays(start, amount, CALENDAR))
