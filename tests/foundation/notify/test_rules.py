"""Pure rules: delays grow, give up after four hours, the night is not waiting time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.notify import rules

START = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


class EveryDay:
    version = "test"

    def is_workday(self, day: date) -> bool:
        return True


def test_delays_grow_and_end() -> None:
    delays = [rules.delay_after(attempt) for attempt in range(1, rules.MOST_ATTEMPTS)]
    lengths = [delay for delay in delays if delay is not None]
    assert len(lengths) == len(delays)
    assert lengths == sorted(lengths)
    assert rules.delay_after(rules.MOST_ATTEMPTS) is None
    assert timedelta(hours=4) < sum(lengths, timedelta()) < timedelta(hours=4.5)


@given(attempt=st.integers(1, rules.MOST_ATTEMPTS - 1), asked=st.integers(0, 10**6))
def test_a_wish_to_wait_lengthens_up_to_an_hour(attempt: int, asked: int) -> None:
    own = rules.delay_after(attempt)
    delay = rules.delay_after(attempt, timedelta(seconds=asked))
    assert own is not None and delay is not None
    assert own <= delay <= timedelta(hours=1)


@given(minutes=st.integers(0, 3 * 24 * 60), more=st.integers(0, 24 * 60))
def test_waiting_never_shrinks_and_never_exceeds_the_clock(minutes: int, more: int) -> None:
    until, later = START + timedelta(minutes=minutes), START + timedelta(minutes=minutes + more)
    waits = [rules.waited(START, end, False, rules.SENDING_HOURS, EveryDay()) for end in (until, later)]
    assert timedelta() <= waits[0] <= waits[1] <= later - START
    assert rules.waited(START, until, True, rules.SENDING_HOURS, EveryDay()) == until - START


def test_eleven_hours_of_night_do_not_count() -> None:
    assert rules.waited(START, START + timedelta(days=1), False, rules.SENDING_HOURS, EveryDay()) == timedelta(hours=13)
