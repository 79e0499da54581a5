"""Nobody takes a figure of few from those that were published, whatever is published and in whatever order."""

from __future__ import annotations

from datetime import date
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.clocks.moment import now
from bangban.oversight.appraisal import actions, reads
from bangban.oversight.appraisal.models import Appraisal, ScoreRow
from bangban.oversight.appraisal.reads.public import PublicUnit
from bangban.oversight.appraisal.terms import FEWEST
from bangban.oversight.appraisal.withholding import Told, leaves_few, of_few
from bangban.oversight.reports.periods import containing
from tests.hotline import Hotline

MONTHS = 6
# Months, quarters and a half: as months, quarters and a year lie in each other, with fewer subsets to try.
PERIODS = [*((m, m) for m in range(MONTHS)), (0, 2), (3, 5), (0, 5)]
SUBSETS = np.array(list(product((0, 1), repeat=MONTHS)), dtype=float)


def told_of(period: tuple[int, int], counts: list[int]) -> Told:
    first, last = period
    return Told(date(2026, first + 1, 1), date(2026, last + 1, 28), sum(counts[first : last + 1]))


def published_in(order: list[tuple[int, int]], counts: list[int]) -> list[tuple[int, int]]:
    """Publish one after the other, each beside what was told before."""
    shown: list[tuple[int, int]] = []
    for period in order:
        one = told_of(period, counts)
        if not of_few(one.whole) and not leaves_few([*(told_of(known, counts) for known in shown), one]):
            shown.append(period)
    return shown


def found_out(shown: list[tuple[int, int]], counts: list[int]) -> list[float]:
    """Return how many stand behind each set of months that sums and differences of the told ones give."""
    if not shown:
        return []
    rows = np.array([[float(first <= month <= last) for month in range(MONTHS)] for first, last in shown])
    onto = np.linalg.pinv(rows) @ rows
    reached = np.abs(SUBSETS @ onto - SUBSETS).max(axis=1) < 1e-9
    return [float(one) for one in (SUBSETS[reached] @ np.array(counts)).round(6)]


@given(
    counts=st.lists(st.integers(0, 9), min_size=MONTHS, max_size=MONTHS),
    order=st.permutations(PERIODS),
    size=st.integers(1, 9),
)
def test_no_sum_or_difference_of_what_was_told_is_a_figure_of_few(
    counts: list[int], order: list[tuple[int, int]], size: int
) -> None:
    assert not [one for one in found_out(published_in(order[:size], counts), counts) if of_few(one)]


@given(counts=st.lists(st.integers(FEWEST, 90), min_size=MONTHS, max_size=MONTHS), order=st.permutations(PERIODS))
def test_nothing_is_withheld_where_nothing_is_of_few(counts: list[int], order: list[tuple[int, int]]) -> None:
    assert published_in(order, counts) == order


def test_without_the_rule_the_difference_would_tell() -> None:
    assert 3.0 in found_out([(0, 2), (0, 0), (1, 1)], [8, 9, 3, 0, 0, 0])


def shown_to_all(line: Hotline, period: str, day: date, satisfied: int, rest: int = 20) -> str:
    """One more that was approved, published inside the house and then shown to everybody."""
    span, at = containing(period, day), now()
    number = f"KH-{period}-{span.first:%m}".upper()
    made = Appraisal.objects.create(
        number=number, state="published", center=line.center, period=period, first=span.first, last=span.last,
        counted_at=at, weights={"responded": 30, "solved": 35, "satisfied": 35}, agent_weights={},
        approved_by_id=line.manager.staff_id, approved_at=at, published_at=at, created_at=at, updated_at=at,
    )  # fmt: skip
    figures = {**{code: [rest, rest] for code in ("responded", "solved", "on_time")}, "satisfied": [0, satisfied]}
    ScoreRow.objects.create(appraisal=made, unit=line.building_unit, figures=figures, score=65)
    actions.set_circle(line.manager, number, "public", "公开")
    return number


def of_building(number: str) -> PublicUnit:
    return next(one for one in reads.public_appraisal(number).units if one.code == "zjj")


def told(number: str, code: str = "satisfied") -> str:
    return next(one.text for one in of_building(number).figures if one.figure.code == code)


@pytest.mark.django_db
@pytest.mark.clause("GB33358-6.1")
def test_the_month_that_would_give_away_a_withheld_one_is_withheld_too_and_so_is_its_score(line: Hotline) -> None:
    quarter = shown_to_all(line, "quarter", date(2026, 1, 1), 20, 60)
    january = shown_to_all(line, "month", date(2026, 1, 1), 8)
    march = shown_to_all(line, "month", date(2026, 3, 1), 3)
    february = shown_to_all(line, "month", date(2026, 2, 1), 9)
    assert [told(one) for one in (quarter, january, march, february)] == ["0.0%", "0.0%", "不公布", "不公布"]
    assert told(february, "solved") == "100.0%"
    assert of_building(january).score == 65 and of_building(february).score is None
    year = shown_to_all(line, "year", date(2026, 1, 1), 60, 240)
    assert told(year) == "0.0%"


@pytest.mark.django_db
@pytest.mark.clause("GB33358-6.1")
def test_what_was_told_once_counts_after_it_was_taken_back_and_stays_as_it_was_told(line: Hotline) -> None:
    january = shown_to_all(line, "month", date(2026, 1, 1), 8)
    february = shown_to_all(line, "month", date(2026, 2, 1), 9)
    actions.set_circle(line.manager, january, "internal", "撤下")
    quarter = shown_to_all(line, "quarter", date(2026, 1, 1), 20, 60)
    assert told(quarter) == "不公布" and told(quarter, "solved") == "100.0%"
    actions.set_circle(line.manager, january, "public", "再公开")
    assert told(january) == told(february) == "0.0%"
