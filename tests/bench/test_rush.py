"""How the rush judges who came first."""

from __future__ import annotations

from pathlib import Path

import pytest

from bangban.bench.rush import _url, fairness, rank_correlation
from bangban.bench.rush_people import Answer, Rush, body_of


def answers(*booked: bool) -> list[Answer]:
    return [
        Answer(n, float(n), n + 1.0, "booked" if won else "full", f"YY{n}" if won else "", True)
        for n, won in enumerate(booked)
    ]


def test_strictly_by_arrival_is_wholly_fair_and_the_reverse_not_at_all() -> None:
    assert fairness(answers(True, True, False, False)) == 1.0
    assert fairness(answers(False, False, True, True)) == 0.0
    assert fairness(answers(True, False, True, False)) == 0.75
    assert fairness(answers(True, True)) == 1.0


def test_the_order_of_booking_is_compared_with_the_order_of_arrival() -> None:
    people = answers(True, True, True)
    assert rank_correlation(people) == 1.0
    turned = [Answer(a.person, a.arrived, -a.ended, a.outcome, a.number, True) for a in people]
    assert rank_correlation(turned) == -1.0
    assert rank_correlation(people[:1]) == 1.0


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("http:/127.0.0.1:9/api", "http://127.0.0.1:9/api"),
        ("api/v1/appointments", "http://127.0.0.1:80/api/v1/appointments"),
    ],
)
def test_an_address_or_a_path_of_the_measured_house_may_be_given(given: str, meant: str) -> None:
    assert _url(Path(given), 80) == meant


def test_everybody_asks_with_a_number_of_their_own() -> None:
    rush = Rush(1, 2, 3, 10, "")
    assert len({body_of(rush, person) for person in range(10)}) == 10
