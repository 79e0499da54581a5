"""Which days are worked: the announced years day by day, the years nobody announced, imported tables (F7.15-F7.17)."""

import gc
import weakref
from datetime import date, timedelta
from pathlib import Path

import pytest

from bangban.foundation.clocks.calendar import (
    AnnouncedCalendar,
    CalendarMissing,
    EveryDay,
    add_workdays,
    count_workdays,
    is_provisional,
    next_workday,
)

SECOND_SOURCE = Path(__file__).parents[2] / "data" / "cn-workdays" / "workdays.txt"
CALENDAR = AnnouncedCalendar()
NEW_YEAR_2027 = {date(2027, 1, 1): False, date(2027, 1, 2): False, date(2027, 1, 3): False}


def second_source() -> dict[date, bool]:
    """Every day of 2024-2026 as another source states it."""
    days = {}
    for line in SECOND_SOURCE.read_text(encoding="utf-8").splitlines():
        month, worked = line.split()
        for number, digit in enumerate(worked, start=1):
            days[date.fromisoformat(f"{month}-{number:02d}")] = digit == "1"
    return days


def test_every_day_of_2024_to_2026_agrees_with_a_second_source() -> None:
    days = second_source()
    assert len(days) == 1096
    assert {day: CALENDAR.is_workday(day) for day in days} == days


@pytest.mark.parametrize(("year", "workdays"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_the_announced_number_of_working_days(year: int, workdays: int) -> None:
    assert count_workdays(date(year - 1, 12, 31), date(year, 12, 31), CALENDAR) == workdays


@pytest.mark.parametrize("makeup", ["2025-01-26", "2025-09-28", "2025-10-11", "2026-01-04", "2026-02-14", "2026-10-10"])
def test_a_make_up_weekend_is_worked(makeup: str) -> None:
    assert CALENDAR.is_workday(date.fromisoformat(makeup))


@pytest.mark.parametrize("year", [2003, 2027, 2100])
def test_a_year_that_nobody_announced_is_refused_loudly(year: int) -> None:
    with pytest.raises(CalendarMissing) as missing:
        CALENDAR.is_workday(date(year, 6, 1))
    told = str(missing.value)
    assert missing.value.year == year
    assert "import the calendar_day table (date, is_workday, name, source_document)" in told
    assert f"State Council notice for {year}" in told
    assert missing.value.text_zh == f"{year}年的放假调休安排尚未导入，无法计算时限。请导入{year}年工作日历。"


def test_a_count_asks_only_for_the_years_it_reaches() -> None:
    assert add_workdays(date(2026, 12, 28), 3, CALENDAR) == date(2026, 12, 31)
    assert count_workdays(date(2026, 12, 30), date(2026, 12, 31), CALENDAR) == 1
    with pytest.raises(CalendarMissing, match="2027"):
        add_workdays(date(2026, 12, 28), 4, CALENDAR)


def test_the_imported_table_wins_over_the_package() -> None:
    announced_late = AnnouncedCalendar({date(2026, 12, 31): False, date(2026, 12, 26): True})
    assert not announced_late.is_workday(date(2026, 12, 31))
    assert announced_late.is_workday(date(2026, 12, 26))
    assert announced_late.is_workday(date(2026, 12, 30))


def test_an_imported_year_follows_the_week_outside_its_exceptions() -> None:
    calendar = AnnouncedCalendar(NEW_YEAR_2027, years=[2027])
    assert add_workdays(date(2026, 12, 31), 1, calendar) == date(2027, 1, 4)
    assert not calendar.is_workday(date(2027, 1, 9))
    with pytest.raises(CalendarMissing, match="2028"):
        calendar.is_workday(date(2028, 1, 3))


def test_an_imported_table_of_every_day_needs_no_year() -> None:
    days = (date(2027, 1, 1) + timedelta(days=step) for step in range(365))
    calendar = AnnouncedCalendar({day: day.weekday() < 5 and day.day > 3 for day in days})
    assert next_workday(date(2026, 12, 31), calendar) == date(2027, 1, 4)


def test_exceptions_alone_do_not_announce_a_year() -> None:
    with pytest.raises(CalendarMissing, match="2027"):
        add_workdays(date(2026, 12, 31), 1, AnnouncedCalendar(NEW_YEAR_2027))


def test_a_provisional_calendar_follows_the_week_and_says_so() -> None:
    calendar = AnnouncedCalendar(provisional=True)
    assert add_workdays(date(2026, 12, 31), 1, calendar) == date(2027, 1, 1)
    assert is_provisional(date(2026, 12, 31), date(2027, 1, 1), calendar)
    assert calendar.version.endswith("+provisional")


def test_a_provisional_calendar_is_firm_where_days_are_announced() -> None:
    calendar = AnnouncedCalendar(NEW_YEAR_2027, provisional=True)
    assert not is_provisional(date(2026, 1, 1), date(2026, 12, 31), calendar)
    assert not is_provisional(date(2026, 12, 31), date(2027, 1, 3), calendar)
    assert is_provisional(date(2026, 12, 31), date(2027, 1, 4), calendar)


def test_calendars_without_guesses_are_never_provisional() -> None:
    assert not is_provisional(date(2026, 1, 1), date(2030, 1, 1), EveryDay())
    assert not is_provisional(date(2026, 1, 1), date(2026, 2, 1), CALENDAR)


def test_the_version_changes_with_every_change_of_content_and_with_nothing_else() -> None:
    tables = [
        AnnouncedCalendar(),
        AnnouncedCalendar(NEW_YEAR_2027),
        AnnouncedCalendar(NEW_YEAR_2027, years=[2027]),
        AnnouncedCalendar(NEW_YEAR_2027 | {date(2027, 1, 3): True}),
        AnnouncedCalendar(provisional=True),
    ]
    assert len({table.version for table in tables}) == len(tables)
    reordered = AnnouncedCalendar(dict(reversed(NEW_YEAR_2027.items())), years=(2027, 2026))
    assert reordered.version == tables[2].version


def test_a_later_change_of_the_imported_table_does_not_reach_a_calendar() -> None:
    table = {date(2026, 12, 31): False}
    calendar = AnnouncedCalendar(table)
    table.clear()
    assert not calendar.is_workday(date(2026, 12, 31))


def test_two_calendars_keep_their_own_counts() -> None:
    changed = AnnouncedCalendar({date(2026, 6, 1): False})
    assert next_workday(date(2026, 5, 31), CALENDAR) == date(2026, 6, 1)
    assert next_workday(date(2026, 5, 31), changed) == date(2026, 6, 2)


def test_a_replaced_calendar_is_let_go() -> None:
    calendar = AnnouncedCalendar()
    assert next_workday(date(2026, 5, 31), calendar)
    trace = weakref.ref(calendar)
    del calendar
    gc.collect()
    assert trace() is None


def test_a_calendar_without_any_working_day_is_refused() -> None:
    class NoDay:
        version = "none"

        def is_workday(self, day: date) -> bool:
            return False

    with pytest.raises(ValueError, match="no working day in 2026"):
        next_workday(date(2026, 1, 1), NoDay())
