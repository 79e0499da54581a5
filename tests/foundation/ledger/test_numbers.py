"""Record numbers: prefix, local day, running number, check digit; taken in blocks, never twice."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.ledger.identifiers import is_valid_number
from bangban.foundation.ledger.numbers import NumberSeries, forget_all
from bangban.services.cases.numbers import forget_block, next_number

LATE = datetime(2026, 11, 18, 16, 30, tzinfo=UTC)


def test_a_number_carries_prefix_local_day_and_check_digit(db: None) -> None:
    number = NumberSeries("TW", "inquiry_number").next(LATE)
    assert number.startswith("TW261119")
    assert len(number) == 2 + 6 + 7 + 1
    assert is_valid_number(number)


def test_fifty_numbers_cost_one_round_trip(db: None) -> None:
    series = NumberSeries("TW", "inquiry_number")
    with CaptureQueriesContext(connection) as asked:
        numbers = {series.next(LATE) for _ in range(50)}
    assert len(numbers) == 50
    assert len(asked) == 1


def test_two_processes_never_give_the_same_number(db: None) -> None:
    one, other = NumberSeries("TW", "inquiry_number"), NumberSeries("TW", "inquiry_number")
    numbers = [series.next(LATE) for _ in range(120) for series in (one, other)]
    assert len(set(numbers)) == len(numbers)


def test_what_was_taken_in_advance_is_forgotten_in_every_series(db: None) -> None:
    series = NumberSeries("TW", "inquiry_number")
    for forget in (forget_all, forget_block, series.forget):
        series.next(LATE)
        next_number(LATE)
        forget()
        with CaptureQueriesContext(connection) as asked:
            series.next(LATE)
        assert len(asked) == 1
