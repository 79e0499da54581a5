"""Which days a report looks at and which it compares them with (GB33358-5.6.1.2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangban.oversight.reports import periods
from bangban.oversight.reports.periods import Span
from bangban.oversight.reports.terms import Period

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAYS = st.dates(date(2001, 1, 1), date(2099, 12, 31))
PERIODS = st.sampled_from(Period.values)


@CALM
@given(PERIODS, DAYS)
def test_periods_follow_each_other_without_gap_or_overlap(period: str, day: date) -> None:
    span = periods.containing(period, day)
    earlier = periods.before(period, span)
    assert span.first <= day <= span.last
    assert earlier.last + timedelta(days=1) == span.first
    assert periods.last_complete(period, day).last < day


@CALM
@given(PERIODS, DAYS)
def test_the_same_period_last_year_is_as_long_and_a_year_ago(period: str, day: date) -> None:
    span = periods.containing(period, day)
    then = periods.last_year(period, span)
    assert 363 <= (span.first - then.first).days <= 367
    assert abs((span.last - span.first) - (then.last - then.first)) <= timedelta(days=1)


def test_weeks_begin_on_monday_and_compare_with_the_same_weekdays_a_year_ago() -> None:
    week = periods.containing("week", date(2026, 11, 18))
    assert week == Span(date(2026, 11, 16), date(2026, 11, 22))
    assert periods.last_year("week", week).first.weekday() == 0


def test_the_leap_day_compares_with_the_28th() -> None:
    day = periods.containing("day", date(2028, 2, 29))
    assert periods.last_year("day", day) == Span(date(2027, 2, 28), date(2027, 2, 28))


@pytest.mark.parametrize(
    ("period", "day", "name"),
    [
        ("day", date(2026, 11, 17), "2026年11月17日"),
        ("week", date(2026, 11, 18), "2026年11月16日至22日"),
        ("week", date(2026, 12, 31), "2026年12月28日至2027年1月3日"),
        ("month", date(2026, 12, 5), "2026年12月"),
        ("quarter", date(2026, 11, 18), "2026年第4季度"),
        ("year", date(2026, 1, 1), "2026年"),
    ],
)
def test_a_period_is_called_as_titles_write_it(period: str, day: date, name: str) -> None:
    assert periods.called(period, periods.containing(period, day)) == name
