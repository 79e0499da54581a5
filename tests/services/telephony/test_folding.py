"""A call is what its events say, however they come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.folding import fold
from tests.services.telephony.cast import event, lost, talk
from tests.services.telephony.histories import MORNING, delivered, histories


@given(st.data())
def test_any_order_with_any_repetition_gives_the_same_call(data: st.DataObject) -> None:
    told = data.draw(histories())
    assert fold(data.draw(delivered(told))) == fold(told)


def at(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def test_a_call_that_is_answered_has_wait_ring_talk_and_agent() -> None:
    call = fold(talk("c", start=MORNING, wait=8, seconds=61.9))
    assert (call.outcome, call.agent, call.caller) == ("answered", "7001", "13800138000")
    assert (call.wait_seconds, call.ring_seconds, call.talk_seconds) == (8, 4, 61)


@pytest.mark.parametrize(("wait", "seconds"), [(15.0, 15), (15.000001, 16), (0.0, 0)])
def test_waiting_is_rounded_up_so_that_fifteen_seconds_are_exact(wait: float, seconds: int) -> None:
    assert fold(talk("c", start=MORNING, wait=wait)).wait_seconds == seconds


@pytest.mark.parametrize(("shown", "outcome"), [(1, "waiting"), (2, "waiting"), (3, "ringing"), (4, "talking")])
def test_a_call_in_its_course_says_how_it_stands(shown: int, outcome: str) -> None:
    assert fold(talk("c", start=MORNING)[:shown]).outcome == outcome


def test_who_gives_up_is_abandoned_and_whom_the_system_ends_is_missed() -> None:
    gone = fold(lost("c", start=MORNING, wait=21))
    assert (gone.outcome, gone.wait_seconds, gone.answered_at) == ("abandoned", 21, None)
    ended = [*lost("c", start=MORNING)[:2], event("hung_up", "c", MORNING + at(40), by="system")]
    assert fold(ended).outcome == "missed"
    assert fold([*ended[:2], event("hung_up", "c", MORNING + at(40), by="caller")]).outcome == "abandoned"


def test_an_end_that_was_only_supposed_gives_way_to_the_real_one() -> None:
    supposed = event("hung_up", "c", MORNING + at(65), by="system")
    call = fold([*talk("c", start=MORNING, wait=5, seconds=300), supposed])
    assert call.ended_at == MORNING + at(305)


def test_an_answer_outweighs_an_end_told_before_it() -> None:
    call = fold([*talk("c", start=MORNING, wait=5), event("abandoned", "c", MORNING + at(3), by="caller")])
    assert call.outcome == "answered"


def test_an_agent_who_does_not_pick_up_has_a_missed_leg_and_the_next_one_answers() -> None:
    told = [
        event("offered", "c", MORNING, caller="1"),
        event("ringing", "c", MORNING + at(1), agent="7001"),
        event("missed", "c", MORNING + at(11), agent="7001"),
        event("ringing", "c", MORNING + at(12), agent="7002"),
        event("answered", "c", MORNING + at(14), agent="7002"),
    ]
    call = fold(told)
    assert [(leg.name, leg.missed, leg.ended_at is None) for leg in call.legs] == [
        ("7001", True, False),
        ("7002", False, True),
    ]
    assert (call.agent, call.ring_seconds, call.wait_seconds) == ("7002", 2, 14)


def test_a_three_party_talk_keeps_role_begin_and_end() -> None:
    told = talk("c", start=MORNING, wait=5, seconds=300)
    told += [
        event("joined", "c", MORNING + at(60), party="住建局", role="unit"),
        event("left", "c", MORNING + at(120), party="住建局"),
        event("joined", "c", MORNING + at(130), party="顾问", role="adviser"),
    ]
    parties = fold(told).parties
    assert [(party.role, party.name, party.joined_at, party.ended_at) for party in parties] == [
        ("unit", "住建局", MORNING + at(60), MORNING + at(120)),
        ("adviser", "顾问", MORNING + at(130), MORNING + at(305)),
    ]


def test_after_a_transfer_the_agent_is_free_and_the_call_goes_on() -> None:
    told = [*talk("c", start=MORNING)[:4], event("transferred", "c", MORNING + at(30), party="110", role="unit")]
    call = fold(told)
    assert (call.outcome, call.agent, call.transfers) == ("talking", "7001", 1)
    assert [leg.name for leg in call.legs if leg.ended_at is None] == ["110"]


def test_holding_adds_up_and_a_hold_that_nobody_ended_ends_with_the_call() -> None:
    told = talk("c", start=MORNING, wait=5, seconds=100)
    told += [
        event("held", "c", MORNING + at(10)), event("held", "c", MORNING + at(12)),
        event("resumed", "c", MORNING + at(20)), event("held", "c", MORNING + at(90)),
    ]  # fmt: skip
    call = fold(told)
    assert (call.hold_seconds, call.on_hold) == (25, False)
    assert fold([one for one in told if one.kind != "hung_up"]).on_hold


@pytest.mark.clause("GB33358-5.1.2.2-a")
def test_a_call_that_passed_a_menu_is_marked_and_the_usual_call_passes_none() -> None:
    assert not fold(talk("c", start=MORNING)).menu
    assert fold([*talk("c", start=MORNING), event("menu", "c", MORNING)]).menu


def test_of_two_tellings_under_one_id_the_same_one_always_wins() -> None:
    first = event("offered", "c", MORNING, id="x", caller="1")
    second = event("offered", "c", MORNING, id="x", caller="2")
    assert fold([first, second]) == fold([second, first])


def test_a_call_without_events_is_no_call() -> None:
    nothing: list[ExchangeEvent] = []
    with pytest.raises(ValueError, match="no call"):
        fold(nothing)
