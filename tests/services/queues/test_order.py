"""The order of the queue, as properties: whoever waited longest is called first, and priority is bounded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.registry.halls.defaults import CREDITS, FLAGS
from bangban.services.queues.rules import STEP, label_of, rank, rank_of_rejoin

MORNING = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
CREDIT = {flag: timedelta(minutes=minutes) for flag, minutes in CREDITS.items()}
LARGEST = max(CREDIT.values())

moments = st.integers(0, 8 * 3600 * 1000).map(lambda ms: MORNING + timedelta(milliseconds=ms))
flags = st.sets(st.sampled_from(sorted(FLAGS)))
places = st.lists(moments, unique=True).map(sorted)


@pytest.mark.clause("DB23-6.7.3")
@given(moments, flags, flags, st.timedeltas(timedelta(0), timedelta(hours=5)))
def test_who_has_waited_the_largest_credit_is_overtaken_by_nobody(
    joined: datetime, own: set[str], of_other: set[str], later: timedelta
) -> None:
    assert rank(joined, own, CREDIT) < rank(joined + LARGEST + later + STEP, of_other, CREDIT)


@given(moments, moments, flags)
def test_equal_flags_are_first_come_first_called(one: datetime, other: datetime, held: set[str]) -> None:
    assert (one < other) == (rank(one, held, CREDIT) < rank(other, held, CREDIT))


@pytest.mark.clause("DB23-6.7.3")
@given(moments, flags, st.sampled_from(sorted(FLAGS)))
def test_a_further_flag_never_moves_anybody_back(joined: datetime, held: set[str], more: str) -> None:
    assert rank(joined, held | {more}, CREDIT) <= rank(joined, held, CREDIT) <= joined


@given(moments, flags)
def test_credits_are_never_added_up(joined: datetime, held: set[str]) -> None:
    assert joined - rank(joined, held, CREDIT) <= LARGEST


@given(moments, flags, st.dictionaries(st.sampled_from(sorted(FLAGS)), st.timedeltas(timedelta(0), LARGEST)))
def test_a_hall_with_other_credits_bounds_overtaking_by_its_own(
    joined: datetime, held: set[str], own: dict[str, timedelta]
) -> None:
    largest = max(own.values(), default=timedelta())
    assert rank(joined, (), own) < rank(joined + largest + STEP, held, own)


@given(places, st.integers(0, 6), moments)
def test_who_comes_back_stands_behind_the_next_few_and_no_more(
    waiting: list[datetime], behind: int, former: datetime
) -> None:
    place = rank_of_rejoin(waiting, behind, former)
    assert place >= former
    ahead = sum(other <= place for other in waiting)
    earlier = sum(other <= former for other in waiting)
    assert ahead <= max(behind, earlier)
    assert ahead >= min(behind, len(waiting))


@given(moments)
def test_with_nobody_waiting_who_comes_back_is_next(former: datetime) -> None:
    assert rank_of_rejoin([], 3, former) == former


@given(places, st.integers(1, 4))
def test_of_two_who_come_back_the_first_stays_first(waiting: list[datetime], behind: int) -> None:
    former = MORNING - LARGEST
    first = rank_of_rejoin(waiting, behind, former)
    second = rank_of_rejoin(sorted([*waiting, first]), behind, former)
    # Equal places are called by id, and ids count up: the ticket that was issued first goes first.
    assert first <= second or len(waiting) < behind


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_labels_differ_as_their_numbers_do(one: int, other: int) -> None:
    assert (label_of("A", one) == label_of("A", other)) == (one == other)
    assert len(label_of("A", one)) >= 4
