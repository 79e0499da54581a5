"""The expected wait: the queue played forward, and service times weighed from what is known."""

from __future__ import annotations

from random import Random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangban.services.queues.estimating import Desk, InLine, Overtaking, expected_waits
from bangban.services.queues.handling import Handling, Measured, blended, measured

A, B = 1, 2
HANDLING = {A: Handling(600, 300), B: Handling(900, 450)}


def people(count: int, klass: int = A) -> list[InLine[int]]:
    return [InLine(number, klass, None, float(number - count)) for number in range(count)]


def means(*args: object, **more: object) -> list[float | None]:
    return [wait.mean if wait else None for wait in expected_waits(*args, **more).values()]  # type: ignore[arg-type]


def test_one_free_window_calls_at_once_and_then_after_each_service() -> None:
    first, second, third = means(people(3), [Desk(1, frozenset({A}))], HANDLING)
    assert first == pytest.approx(15)
    assert second == pytest.approx(615)
    assert third == pytest.approx(1215)


def test_the_service_under_way_is_waited_for_and_one_that_takes_long_takes_longer() -> None:
    (fresh,) = means(people(1), [Desk(1, frozenset({A}), A, 0.0)], HANDLING)
    (later,) = means(people(1), [Desk(1, frozenset({A}), A, 300.0)], HANDLING)
    (overdue,) = means(people(1), [Desk(1, frozenset({A}), A, 3000.0)], HANDLING)
    assert fresh == pytest.approx(600, rel=0.05)
    assert later is not None and overdue is not None and fresh is not None
    assert 200 < later < fresh
    assert overdue > 100


def test_of_ten_windows_one_is_free_soon() -> None:
    (wait,) = means(people(1), [Desk(n, frozenset({A}), A, 60.0 * n) for n in range(10)], HANDLING)
    (alone,) = means(people(1), [Desk(1, frozenset({A}), A, 270.0)], HANDLING)
    assert wait is not None and alone is not None
    assert wait < alone / 3


def test_nobody_can_say_when_no_window_serves_the_class() -> None:
    assert means(people(2, B), [Desk(1, frozenset({A}))], HANDLING) == [None, None]
    assert means(people(1), [], HANDLING) == [None]


def test_a_window_for_two_classes_takes_whoever_is_first() -> None:
    line = [InLine("b", B), InLine("a", A)]
    waits = expected_waits(line, [Desk(1, frozenset({A, B}))], HANDLING)
    assert waits["b"] is not None and waits["a"] is not None
    assert waits["a"].mean - waits["b"].mean == pytest.approx(900)


def test_a_ticket_kept_for_somebody_waits_for_that_window() -> None:
    line = [InLine("kept", A, 7), InLine("free", A)]
    waits = expected_waits(line, [Desk(1, frozenset({A})), Desk(7, frozenset({B}), B, 450.0)], HANDLING)
    assert waits["kept"] is not None and waits["free"] is not None
    assert waits["kept"].mean > waits["free"].mean
    assert expected_waits([InLine("kept", A, 9)], [Desk(1, frozenset({A}))], HANDLING) == {"kept": None}


def test_people_with_priority_who_will_come_make_it_longer_but_not_for_who_has_waited_their_credit() -> None:
    coming = [Overtaking(A, 1 / 900, 1800.0)]
    desk = [Desk(1, frozenset({A}))]
    assert means(people(6), desk, HANDLING, coming)[-1] > means(people(6), desk, HANDLING)[-1]  # type: ignore[operator]
    patient = [InLine(n, A, None, -7200.0) for n in range(6)]
    assert means(patient, desk, HANDLING, coming) == means(patient, desk, HANDLING)


def test_whoever_only_asks_takes_nobody_s_time() -> None:
    desk = [Desk(1, frozenset({A}))]
    asked = [InLine(-1, A, None, 0.0, asking=True), InLine(-2, A, None, 0.0, asking=True)]
    waits = expected_waits([*people(3), *asked], desk, HANDLING)
    assert [wait.mean for wait in list(waits.values())[:3] if wait] == means(people(3), desk, HANDLING)
    assert waits[-1] == waits[-2] != waits[2]


def test_nobody_is_called_while_the_hall_is_closed() -> None:
    waits = means(people(4), [Desk(1, frozenset({A}))], HANDLING, closed=[(1000.0, 4600.0)])
    assert waits == [pytest.approx(15), pytest.approx(615), pytest.approx(4600), pytest.approx(5200)]


@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_everybody_who_can_be_served_is_told_and_the_order_is_kept(count: int, windows: int, seed: int) -> None:
    dice = Random(seed)
    desks = [Desk(n, frozenset({A}), A if dice.random() < 0.7 else None, dice.uniform(0, 1200)) for n in range(windows)]
    waits = list(expected_waits(people(count), desks, HANDLING).values())
    told = [wait.mean for wait in waits if wait]
    assert len(told) == count
    assert told == sorted(told)
    assert all(wait.high > wait.mean for wait in waits if wait)


def test_the_play_agrees_with_many_random_plays() -> None:
    """Twenty people before eight busy windows: the mean over two thousand drawn days."""
    dice, handling = Random(5), Handling(600, 400)
    elapsed = [dice.uniform(0, 900) for _ in range(8)]
    told = means(people(20), [Desk(n, frozenset({A}), A, one) for n, one in enumerate(elapsed)], {A: handling})[-1]
    mu, sigma = handling._shape
    drawn = []
    for _ in range(2000):
        free = []
        for one in elapsed:
            length = dice.lognormvariate(mu, sigma)
            while length <= one:
                length = dice.lognormvariate(mu, sigma)
            free.append(length - one)
        at = 0.0
        for _ in range(20):
            at = min(free)
            free[free.index(at)] += dice.lognormvariate(mu, sigma)
        drawn.append(at)
    assert told == pytest.approx(fmean(drawn), rel=0.1)


def test_the_bound_holds_for_nine_of_ten_when_times_are_as_reckoned() -> None:
    dice, handling = Random(6), Handling(600, 400)
    wait = list(expected_waits(people(12), [Desk(n, frozenset({A})) for n in range(3)], {A: handling}).values())[-1]
    mu, sigma = handling._shape
    held = 0
    for _ in range(1000):
        free, at = [0.0] * 3, 0.0
        for _ in range(12):
            at = min(free)
            free[free.index(at)] += dice.lognormvariate(mu, sigma)
        held += wait is not None and at <= wait.high
    assert held > 850


def test_with_nothing_measured_the_given_time_counts() -> None:
    assert blended(480, Measured(), gap=20).mean == pytest.approx(500)


def test_the_more_is_measured_the_less_the_given_time_counts() -> None:
    few = blended(480, Measured(), [(900.0, 0.0)] * 3).mean
    many = blended(480, Measured(), [(900.0, 0.0)] * 60).mean
    assert 480 < few < many < 900
    assert many > 850


def test_today_counts_more_than_all_days_before() -> None:
    past = measured([(600.0, 0.0)] * 2000)
    assert blended(480, past).mean == pytest.approx(600, rel=0.01)
    assert blended(480, past, [(1200.0, 600.0)] * 40).mean > 950


def test_long_services_under_way_are_not_forgotten_in_the_first_hour() -> None:
    """Of eight that began together three short ones have ended; the five that still run are longer than these."""
    ended, running = [(200.0, 900.0)] * 3, [900.0] * 5
    assert blended(600, Measured(), ended).mean < 520
    assert blended(600, Measured(), ended, running).mean > 800


@given(
    st.floats(30, 7200),
    st.lists(st.tuples(st.floats(0, 20_000), st.floats(0, 30_000)), max_size=30),
    st.lists(st.floats(0, 30_000), max_size=10),
)
def test_any_measurement_gives_a_usable_time(
    given_seconds: float, today: list[tuple[float, float]], running: list[float]
) -> None:
    found = blended(given_seconds, Measured(), today, running, 25)
    assert 1 <= found.mean < 200_000
    assert found.spread > 0
    assert found.remaining(0, 0.5) >= 0
