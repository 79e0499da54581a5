"""Several deliveries and several people at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random

import pytest

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import NotAllowed
from bangban.services.telephony import actions, reads
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.folding import fold
from bangban.services.telephony.models import Audio, Call, MinuteFigures, RawEvent, SeatSession, SeatStint
from tests.cast import make_city
from tests.services.telephony.cast import Hotline, agent, lost, make_hotline, talk
from tests.services.telephony.together import at_once


@pytest.fixture
def hotline(transactional_db: None) -> Hotline:
    make_city()
    return make_hotline()


def deliveries(calls: int, dice: Random) -> dict[str, list[ExchangeEvent]]:
    start = now() - timedelta(hours=1)
    return {
        f"c{place}": (lost if dice.random() < 0.2 else talk)(
            f"c{place}", start=start + timedelta(seconds=place), wait=dice.randint(1, 30)
        )
        for place in range(calls)
    }


def courier(events: list[ExchangeEvent], size: int) -> Callable[[], int]:
    def bring() -> int:
        return sum(actions.receive(events[at : at + size]).accepted for at in range(0, len(events), size))

    return bring


@pytest.mark.parametrize("size", [1, 40])
def test_events_of_the_same_calls_over_four_lines_at_once_are_neither_lost_nor_doubled(
    hotline: Hotline, size: int
) -> None:
    dice = Random(size)
    histories = deliveries(30, dice)
    events = [event for told in histories.values() for event in told]
    lines: list[list[ExchangeEvent]] = [[], [], [], []]
    for event in events:
        for line in dice.sample(lines, 2):
            line.append(event)
    for line in lines:
        dice.shuffle(line)
    accepted = at_once(*(courier(line, size) for line in lines))
    assert sum(int(str(one)) for one in accepted) == RawEvent.objects.count() == len(events)
    for name, told in histories.items():
        call = Call.objects.get(exchange_id=name)
        state = fold(told)
        assert (call.outcome, call.wait_seconds, call.ended_at) == (state.outcome, state.wait_seconds, state.ended_at)
    day = now().date()
    assert reads.total(day, day).offered == 30
    assert reads.recompute(day - timedelta(days=1), day) == []


def test_figures_counted_afresh_agree_while_calls_go_on_coming(hotline: Hotline) -> None:
    events = [event for told in deliveries(60, Random(1)).values() for event in told]
    Random(2).shuffle(events)
    day = now().date()

    def count_often() -> list[object]:
        return [one for _ in range(8) for one in reads.recompute(day, day)]

    results = at_once(courier(events[::2], 7), courier(events[1::2], 7), count_often)
    assert results[2] == []
    assert MinuteFigures.objects.count() > 0


def test_of_many_who_want_one_seat_one_gets_it(hotline: Hotline) -> None:
    actions.set_up_seat(hotline.manager, "01")
    people = [agent(f"many{place}", f"座席{place}", f"80{place}", "mandarin") for place in range(4)]
    results = at_once(*(partial(actions.sign_in, person, "01") for person in people))
    assert sum(isinstance(one, SeatSession) for one in results) == 1
    assert sum(isinstance(one, NotAllowed) for one in results) == 3
    assert SeatSession.objects.count() == SeatStint.objects.count() == 1


def test_one_person_gets_one_seat_of_many_at_once(hotline: Hotline) -> None:
    for number in ("01", "02", "03"):
        actions.set_up_seat(hotline.manager, number)
    results = at_once(*(partial(actions.sign_in, hotline.agent, number) for number in ("01", "02", "03")))
    assert sum(isinstance(one, SeatSession) for one in results) == 1


def test_one_of_two_gets_a_lost_call_to_call_back(hotline: Hotline) -> None:
    actions.receive(lost("c", start=now()))
    call_id = Call.objects.get().id
    results = at_once(
        partial(actions.claim_missed, hotline.agent, call_id),
        partial(actions.claim_missed, hotline.second_agent, call_id),
    )
    assert sum(isinstance(one, NotAllowed) for one in results) == 1


def test_two_versions_approved_at_once_leave_one_in_use(hotline: Hotline) -> None:
    first = actions.propose_audio(hotline.agent, "wait", "等候音", "请稍候").id
    second = actions.propose_audio(hotline.agent, "wait", "等候音", "请您稍候").id
    results = at_once(
        partial(actions.approve_audio, hotline.manager, first), partial(actions.approve_audio, hotline.manager, second)
    )
    assert all(isinstance(one, Audio) for one in results)
    assert Audio.objects.filter(state="approved").count() == 1
