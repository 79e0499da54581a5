"""Who waits is told the place and, when it can be known, about how long (BJ-2-d)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import Account
from bangban.foundation.clocks.moment import stand_at
from bangban.services.cases import actions
from bangban.services.cases.reads import Waiting, case_view
from bangban.services.cases.rules import LEAST_WAITS, expected_wait
from tests.cast import NIGHT, Cast
from tests.services.cases.steps import opened
from tests.services.cases.waiting import later

pytestmark = pytest.mark.usefixtures("own_pace")


def place(number: str, viewer: Actor) -> Waiting:
    """Return what a viewer sees of the queue."""
    found = case_view(viewer, number).queue
    assert found
    return found


def taken_after(city: Cast, minutes: int, times: int = LEAST_WAITS) -> None:
    """Let some cases wait so long before a guide takes them."""
    for _ in range(times):
        number, _ = opened()
        later(minutes=minutes)
        actions.claim(city.guide, number)


@pytest.mark.clause("BJ-2-d")
def test_who_waits_sees_how_many_are_ahead_in_the_queue_of_the_unit(city: Cast) -> None:
    opened(unit_id=city.district.id)
    cases = [opened() for _ in range(3)]
    assert [place(number, citizen).ahead for number, citizen in cases] == [0, 1, 2]
    assert place(cases[2][0], city.guide).ahead == 2
    actions.claim(city.guide, cases[0][0])
    assert [place(number, citizen).ahead for number, citizen in cases[1:]] == [0, 1]
    actions.withdraw(cases[1][1], cases[1][0])
    assert place(*cases[2]).ahead == 0


@pytest.mark.clause("BJ-2-d")
def test_the_expected_wait_follows_from_recent_waits_and_the_people_there(city: Cast) -> None:
    taken_after(city, minutes=4)
    number, citizen = opened()
    assert place(number, citizen) == Waiting(0, 240)
    later(minutes=1)
    assert place(number, citizen).expected_seconds == 180
    for _ in range(2):
        last, other = opened()
    assert place(last, other) == Waiting(2, 480)  # two guides are there, so the third one comes in the second wave
    later(minutes=10)
    assert place(number, citizen) == Waiting(0, None)


@pytest.mark.clause("BJ-2-d")
def test_no_time_is_promised_without_experience_people_or_service_hours(city: Cast) -> None:
    taken_after(city, minutes=4, times=LEAST_WAITS - 1)
    number, citizen = opened()
    assert place(number, citizen) == Waiting(0, None)
    taken_after(city, minutes=4)
    number, citizen = opened()
    assert place(number, citizen).expected_seconds
    Account.objects.filter(id__in=[city.guide.account_id, city.second_guide.account_id]).update(is_active=False)
    assert place(number, citizen) == Waiting(1, None)
    Account.objects.update(is_active=True)
    stand_at(NIGHT)
    assert place(number, citizen) == Waiting(1, None)


def test_withdrawn_questions_are_no_experience_and_nights_do_not_count_as_waiting(city: Cast) -> None:
    for _ in range(LEAST_WAITS):
        number, citizen = opened()
        actions.withdraw(citizen, number)
    number, citizen = opened()
    assert place(number, citizen).expected_seconds is None
    actions.claim(city.guide, number)
    for _ in range(LEAST_WAITS):
        stand_at(NIGHT)
        number, citizen = opened()
        later(hours=13, minutes=5)  # the next morning, 9:05
        actions.claim(city.guide, number)
    number, citizen = opened()
    assert place(number, citizen).expected_seconds == 300


def test_a_case_that_nobody_waits_for_has_no_place(city: Cast) -> None:
    number, citizen = opened()
    actions.claim(city.guide, number)
    assert case_view(citizen, number).queue is None
    waiting_bot, other = opened(to_bot=True)
    assert case_view(other, waiting_bot).queue is None


@given(
    st.lists(st.floats(1, 10_000), min_size=LEAST_WAITS, max_size=50),
    st.integers(1, 20),
    st.integers(0, 200),
    st.floats(0, 20_000),
)
def test_more_people_never_make_the_wait_longer_and_more_ahead_never_shorter(
    recent: list[float], people: int, ahead: int, waited: float
) -> None:
    here = expected_wait(recent, people=people, ahead=ahead, waited=waited)
    helped = expected_wait(recent, people=people + 1, ahead=ahead, waited=waited)
    behind = expected_wait(recent, people=people, ahead=ahead + 1, waited=waited)
    assert here is None or here >= 0
    assert (helped or 0) <= (here or 0) <= (behind or 0)
