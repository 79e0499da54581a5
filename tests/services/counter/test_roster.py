"""For each opening hour of the hall somebody is rostered for consultation, or the gap is named (DB23-6.4.1-a)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.registry.org.actions import set_shifts
from bangban.services.counter import reads
from bangban.services.counter.rules import uncovered
from tests.services.counter.conftest import Counter

DAY = datetime(2026, 11, 18, tzinfo=UTC)


def hours(*pairs: tuple[float, float]) -> list[tuple[datetime, datetime]]:
    return [(DAY + timedelta(hours=begin), DAY + timedelta(hours=end)) for begin, end in pairs]


@pytest.mark.parametrize(
    ("duty", "gaps"),
    [
        ([], [(9, 12), (13, 17)]),
        ([(0, 24)], []),
        ([(9, 12), (13, 17)], []),
        ([(10, 11)], [(9, 10), (11, 12), (13, 17)]),
        ([(8, 10), (9.5, 14)], [(14, 17)]),
        ([(11, 14), (8, 10)], [(10, 11), (14, 17)]),
        ([(12, 13)], [(9, 12), (13, 17)]),
    ],
)
def test_opening_time_without_duty_is_a_gap(duty: list[tuple[float, float]], gaps: list[tuple[float, float]]) -> None:
    found = uncovered(hours((9, 12), (13, 17)), hours(*duty))
    assert [(gap.starts, gap.ends) for gap in found] == hours(*gaps)


@given(st.lists(st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda pair: pair[0] < pair[1]), max_size=6))
def test_every_hour_is_either_covered_or_in_a_gap(duty: list[tuple[int, int]]) -> None:
    found = uncovered(hours((9, 12), (13, 17)), hours(*duty))
    for hour in (9, 10, 11, 13, 14, 15, 16):
        moment = DAY + timedelta(hours=hour, minutes=30)
        covered = any(begin <= hour < end for begin, end in duty)
        assert covered != any(gap.starts <= moment < gap.ends for gap in found)


@pytest.mark.clause("DB23-6.4.1-a")
def test_the_next_seven_days_have_no_gap_while_a_guide_is_rostered(counter: Counter) -> None:
    assert reads.roster_gaps(counter.body_id) == []
    assert counter.guide.staff_id is not None
    set_shifts(counter.guide.staff_id, [(2, time(9), time(12)), (3, time(9), time(17))], workdays_only=True)
    gaps = reads.roster_gaps(counter.body_id)
    assert [(gap.day, f"{gap.starts:%H:%M}", f"{gap.ends:%H:%M}") for gap in gaps[:2]] == [
        (date(2026, 11, 18), "13:30", "17:00"),
        (date(2026, 11, 20), "09:00", "12:00"),
    ]
    assert {gap.day.weekday() for gap in gaps} == {0, 1, 2, 4}


def test_clerks_and_other_halls_do_not_fill_the_roster(counter: Counter) -> None:
    assert counter.guide.staff_id is not None
    set_shifts(counter.guide.staff_id, [], workdays_only=True)
    assert len(reads.roster_gaps(counter.body_id)) == 10
