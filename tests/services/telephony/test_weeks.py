"""Shifts as people type them, weeks as they are stored, and what cannot be."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.services.telephony import staffing, weeks
from bangban.services.telephony.weeks import DAY, EMPTY, Known, Span

MONDAY = date(2026, 11, 23)
NOTHING = Known(EMPTY, (), ())
NIGHT = Span(20 * 60, 32 * 60)


def week(**days: str) -> weeks.Week:
    """A week by day: d0="早", d3="20-8"."""
    return tuple(weeks.read(days.get(f"d{n}", "")) for n in range(7))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("早", "早"), ("早班", "早"), ("8:00-16:00", "早"), ("8-16", "早"), ("16—24", "中"), ("0～8", "夜"), ("夜班", "夜"),
        ("20-8", "20-8"), ("20:00-次日8:00", "20-8"), ("8:30 - 17", "8:30-17"), ("14-18 8-12", "8-12 14-18"),
        ("8-12，14-18", "8-12 14-18"), ("8到12、13到17", "8-12 13-17"), ("休", ""), ("", ""), (" — ", ""), ("0-24", "0-24"),
    ],
)  # fmt: skip
def test_what_is_typed_is_read_and_shown_the_same_way(typed: str, shown: str) -> None:
    assert weeks.show(weeks.read(typed)) == shown
    assert weeks.read(shown) == weeks.read(typed)


@pytest.mark.parametrize(
    "typed", ["晚", "25-3", "8-25", "8:75-9", "8-8", "8-12 11-13", "8-9 9-10 10-11 11-12", "8" * 41, "²-8"]
)
def test_what_cannot_be_read_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"。$"):
        weeks.read(typed)


def test_a_shift_over_midnight_is_one_shift_again_when_it_is_read_back() -> None:
    stored = weeks.split(week(d0="20-8", d1="20-8", d6="22-6"), NOTHING)
    assert stored[0] == (Span(20 * 60, DAY),)
    assert stored[1] == (Span(0, 8 * 60), Span(20 * 60, DAY))
    assert stored[7] == (Span(0, 6 * 60),)
    known = weeks.join({MONDAY + timedelta(days=n): pieces for n, pieces in enumerate(stored)}, MONDAY)
    assert known.week == week(d0="20-8", d1="20-8", d6="22-6")
    after = weeks.join(
        {MONDAY + timedelta(days=n): pieces for n, pieces in enumerate(stored)}, MONDAY + timedelta(days=7)
    )
    assert (after.carried, after.week) == ((Span(0, 6 * 60),), EMPTY)
    assert weeks.split(EMPTY, after)[0] == (Span(0, 6 * 60),), "what last week began stays when this week is set"


def test_two_whole_shifts_that_meet_at_midnight_stay_two() -> None:
    days = {MONDAY: weeks.read("中"), MONDAY + timedelta(days=1): weeks.read("夜")}
    assert weeks.join(days, MONDAY).week[:2] == (weeks.read("中"), weeks.read("夜"))


def test_nobody_is_on_twice_at_once_nor_longer_than_the_law_allows() -> None:
    assert weeks.conflicts(week(d0="20-7", d1="早"), NOTHING, 11) == {}
    assert "周一的班要到07:00" in weeks.conflicts(week(d0="20-7", d1="6-12"), NOTHING, 11)[1]
    assert "12小时，一天最多11小时" in weeks.conflicts(week(d3="8-20"), NOTHING, 11)[3]
    assert weeks.conflicts(week(d3="8-20"), NOTHING, 12) == {}
    assert "上周日" in weeks.conflicts(week(d0="5-9"), Known(EMPTY, (Span(0, 360),), ()), 11)[0]
    assert "下周一" in weeks.conflicts(week(d6="22-6"), Known(EMPTY, (), (Span(300, 600),)), 11)[6]


def test_the_hours_of_a_day_are_the_installations_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert weeks.day_hours() == 11
    monkeypatch.setenv("BANGBAN_ROSTER_DAY_HOURS", "12")
    assert weeks.day_hours() == 12


@pytest.mark.clause("GB33358-5.1.2.1")
@pytest.mark.parametrize(("calls", "agents"), [(0, 1), (1, 1), (10, 3), (60, 7), (200, 16)])
def test_an_hour_needs_as_many_agents_as_answer_its_calls_in_time(calls: float, agents: int) -> None:
    """Erlang C with three minutes each: 60 calls are a load of 3, and 7 answer 95 % within 15 s (3: all wait)."""
    assert staffing.needed(calls, 180) == agents


def test_without_calls_nothing_is_forecast_and_it_is_said() -> None:
    found = staffing.demand({}, 0, 0)
    assert found.agents[0][0] == 1 and "不作预测" in found.basis
    some = staffing.demand({(2, 10): 240}, 4, 180)
    assert (some.agents[2][10], some.agents[2][11]) == (7, 1)
    assert "前4周" in some.basis and "240" in some.basis


def test_an_hour_counts_its_worst_quarter_and_runs_of_short_hours_are_one_line() -> None:
    begin = datetime(2026, 11, 23, tzinfo=DEFAULT_ZONE)
    spans = weeks.stretches([(week(d0="8-12"), NOTHING), (week(d0="9:30-12"), NOTHING)], MONDAY)
    there = staffing.on_duty(spans, begin)
    assert there[0][7:13] == [0, 1, 1, 2, 2, 0]
    wanted = [[2] * 24 for _ in range(7)]
    assert [(one.day, one.first, one.last, one.there) for one in staffing.shortages(there, wanted)] == [(0, 8, 10, 1)]
    gaps = staffing.uncovered(spans, begin, begin + timedelta(days=1))
    assert [(a.hour, b.hour) for a, b in gaps] == [(0, 8), (12, 0)]
