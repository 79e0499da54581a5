"""Agents at their seats."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.clocks import moment
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.services.telephony import actions, reads
from bangban.services.telephony.models import SeatSession, SeatStint
from tests.cast import Cast
from tests.services.telephony.cast import Hotline, talk

pytestmark = pytest.mark.usefixtures("own_pace")


@pytest.fixture
def seated(hotline: Hotline) -> Hotline:
    for number in ("01", "02"):
        actions.set_up_seat(hotline.manager, number)
    actions.sign_in(hotline.agent, "01")
    return hotline


def pass_time(seconds: float) -> None:
    before = moment.set_shift(timedelta())
    moment.set_shift(before + timedelta(seconds=seconds))


def test_signing_in_twice_at_the_same_seat_is_signing_in_once(seated: Hotline) -> None:
    assert actions.sign_in(seated.agent, "01").id == SeatSession.objects.get().id


def test_a_taken_seat_and_a_second_seat_are_refused_by_name(seated: Hotline) -> None:
    with pytest.raises(NotAllowed, match="何话务"):
        actions.sign_in(seated.second_agent, "01")
    with pytest.raises(NotAllowed, match="01号座席"):
        actions.sign_in(seated.agent, "02")


def test_who_takes_no_calls_sits_nowhere(seated: Hotline, city: Cast) -> None:
    for deed in (
        lambda: actions.sign_in(city.guide, "02"),
        lambda: actions.set_state(city.guide, "ready"),
        lambda: actions.set_up_seat(seated.agent, "03"),
    ):
        with pytest.raises(NotYours):
            deed()


def test_an_unknown_seat_and_an_unknown_state_are_told(seated: Hotline) -> None:
    with pytest.raises(Incomplete, match="座席"):
        actions.sign_in(seated.second_agent, "99")
    with pytest.raises(Incomplete, match="状态"):
        actions.set_state(seated.agent, "talking")
    with pytest.raises(Incomplete, match="事由"):
        actions.set_state(seated.agent, "break", " ")
    with pytest.raises(NotAllowed, match="签入"):
        actions.set_state(seated.second_agent, "ready")


def test_what_an_agent_says_shows_until_a_call_says_otherwise(seated: Hotline) -> None:
    staff_id = seated.agent.staff_id or 0
    actions.set_state(seated.agent, "break", "用餐")
    assert (seat := reads.seat_of(staff_id))
    assert (seat.state, seat.reason) == ("break", "用餐")
    events = talk("c", start=now() - timedelta(seconds=60))
    for shown, state in ((3, "ringing"), (4, "talking"), (5, "break")):
        actions.receive(events[:shown])
        assert (seat := reads.seat_of(staff_id))
        assert seat.state == state
    assert [(one.number, one.state) for one in reads.seats()] == [("01", "break"), ("02", "free")]
    assert reads.seat_of(seated.second_agent.staff_id or 0) is None


def test_nobody_leaves_the_seat_in_a_talk(seated: Hotline) -> None:
    events = talk("c", start=now() - timedelta(seconds=60))
    actions.receive(events[:4])
    with pytest.raises(NotAllowed, match="通话"):
        actions.sign_out(seated.agent)
    actions.receive(events)
    actions.sign_out(seated.agent)
    actions.sign_out(seated.agent)
    assert SeatStint.objects.filter(ended_at=None).count() == 0


def test_a_silent_desk_lapses_at_the_end_of_its_lease_but_not_in_a_talk(seated: Hotline) -> None:
    actions.sign_in(seated.second_agent, "02")
    lease = SeatSession.objects.get(staff_id=seated.second_agent.staff_id).lease_until
    pass_time(119)
    assert actions.lapse(now()) == 0
    actions.receive(talk("c", start=now())[:4])
    pass_time(2)
    assert actions.lapse(now()) == 1
    gone = SeatSession.objects.get(staff_id=seated.second_agent.staff_id)
    assert gone.signed_out_at == lease
    assert SeatSession.objects.filter(staff_id=seated.agent.staff_id, signed_out_at=None).exists()


def test_a_desk_that_is_heard_stays(seated: Hotline) -> None:
    pass_time(100)
    actions.be_heard(seated.agent)
    pass_time(100)
    assert actions.lapse(now()) == 0


def test_a_lapsed_seat_is_free_for_the_next_at_once(seated: Hotline) -> None:
    pass_time(121)
    assert actions.sign_in(seated.second_agent, "01").staff_id == seated.second_agent.staff_id


def test_time_at_the_seat_is_told_by_state_and_talking_by_the_calls(seated: Hotline) -> None:
    actions.receive(talk("c", start=now(), wait=5, seconds=30))
    pass_time(60)
    actions.set_state(seated.agent, "wrap_up")
    pass_time(30)
    actions.set_state(seated.agent, "ready")
    pass_time(10)
    actions.sign_out(seated.agent)
    day = now().date()
    (used,) = reads.utilisation(day, day)
    assert (used.staff_name, used.talking, used.calls) == ("何话务", 30, 1)
    assert used.by_state["wrap_up"] == 30
    assert used.signed_in == pytest.approx(100, abs=2)


def test_the_wall_counts_seats_by_state_and_language(seated: Hotline) -> None:
    actions.sign_in(seated.second_agent, "02")
    actions.set_state(seated.second_agent, "break", "用餐")
    wall = reads.wall()
    assert wall.seats == {"ready": 1, "break": 1}
    assert wall.languages == {"cantonese": {"ready": 1}, "mandarin": {"ready": 1, "break": 1}}
