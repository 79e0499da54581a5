"""A forecast is never given without its basis and number of weeks (GB33358-5.6.2.2)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangban.oversight.reports.forecast import basis, straight

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
WEEKS = st.lists(st.integers(0, 10_000), min_size=4, max_size=30)


def test_a_straight_rise_goes_on_with_no_spread() -> None:
    found = straight([10, 20, 30, 40])
    assert found is not None
    assert (found.n, found.slope, found.values) == (4, 10.0, (50.0, 60.0, 70.0, 80.0))
    assert found.low == found.high == found.values


@pytest.mark.clause("GB33358-5.6.2.2")
def test_three_weeks_are_too_few_and_that_is_said() -> None:
    assert straight([1, 2, 3]) is None
    assert basis(3, None) == "完整自然周只有3个，不足4个，不作预测。"
    found = straight([5, 6, 9, 8, 7])
    assert "n=5" in basis(5, found) and "80%" in basis(5, found)


@CALM
@given(WEEKS)
def test_the_interval_holds_the_middle_and_nothing_is_below_zero(weeks: list[int]) -> None:
    found = straight(weeks)
    assert found is not None and found.n <= 8
    for low, middle, high in zip(found.low, found.values, found.high, strict=True):
        assert 0 <= low <= middle <= high


@CALM
@given(WEEKS, st.integers(0, 1000))
def test_weeks_longer_ago_than_eight_change_nothing(weeks: list[int], old: int) -> None:
    recent = (weeks * 8)[-8:]
    assert straight([old, *recent]) == straight(recent)
