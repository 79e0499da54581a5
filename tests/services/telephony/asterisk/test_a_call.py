"""Calls through an Asterisk that breaks its connection, tells twice, and loses people in the middle."""

from __future__ import annotations

from pathlib import Path

import pytest

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import NotAllowed
from bangban.services.telephony.asterisk.mapping import events_of, read
from bangban.services.telephony.asterisk.names import bridge_of
from bangban.services.telephony.exchange import Unreachable
from tests.services.telephony.asterisk.conftest import House, working
from tests.services.telephony.asterisk.fake_ari import FakeAri, until


def connect(ari: FakeAri, call: str, agent: str = "1001") -> str:
    """Let the agent's telephone ring and be picked up; returns its channel."""
    channel: str = until(lambda: ari.channel_of("agent", agent))
    ari.ring(channel)
    ari.pick_up(channel)
    until(lambda: channel in ari.bridges.get(bridge_of(call), ()))
    return channel


@pytest.mark.clause("GB33358-5.2.1.2", "GB33358-4.2.4-a")
@pytest.mark.parametrize("told_times", [1, 2])
def test_a_whole_call_with_hold_three_parties_a_broken_connection_and_a_transfer(
    house: House, tmp_path: Path, told_times: int
) -> None:
    with FakeAri(told_times=told_times) as ari, working(ari, house, tmp_path) as adapter:
        call = ari.incoming("13900000001", "12345")
        agent = connect(ari, call)
        assert ari.endpoints[agent] == "PJSIP/1001"
        assert sorted(ari.bridges[bridge_of(call)]) == sorted([call, agent])
        assert ari.channels[call]["state"] == "Up"
        adapter.commands.hold(call)
        assert ari.bridges[bridge_of(call)] == [agent]
        adapter.commands.resume(call)
        assert call in ari.bridges[bridge_of(call)]
        ari.hold(agent)
        ari.unhold(agent)
        adapter.commands.join(call, "12350", "unit")
        unit = until(lambda: ari.channel_of("unit", "12350"))
        ari.pick_up(unit)
        until(lambda: unit in ari.bridges[bridge_of(call)])
        assert ari.endpoints[unit] == "PJSIP/12350@trunk"
        ari.break_connections()
        until(lambda: ari.sockets)
        ari.hang_up(unit)
        adapter.commands.transfer(call, "96123")
        other = until(lambda: ari.channel_of("transfer", "96123"))
        ari.pick_up(other)
        until(lambda: agent not in ari.channels)
        assert sorted(ari.bridges[bridge_of(call)]) == sorted([call, other])
        ari.hang_up(call)
        until(lambda: not ari.channels and not ari.bridges)
        until(lambda: "recorded" in house.kinds())
    state = house.call(call)
    assert (state.outcome, state.agent, state.caller, state.called) == ("answered", "1001", "13900000001", "12345")
    assert [(leg.role, leg.name) for leg in state.parties] == [("unit", "12350"), ("unit", "96123")]
    assert all(leg.ended_at for leg in state.legs)
    assert (state.transfers, state.on_hold, len(state.recordings)) == (1, False, 1)
    assert state.recordings[0].seconds == 42
    kinds = house.kinds()
    assert kinds.count("held") == kinds.count("resumed") == 2
    assert kinds[:4] == ["offered", "queued", "ringing", "answered"]
    assert len({(e.id, e.at) for e in house.events}) == len({e.id for e in house.events})


def test_the_same_message_is_always_the_same_event(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path):
        call = ari.incoming("13900000001")
        agent = connect(ari, call)
        ari.hold(agent)
        ari.hang_up(call)
        until(lambda: "recorded" in house.kinds())
        again = [event for raw in reversed(ari.told) for event in events_of(read(raw, now()), "main", {})]
    assert {event.id: event for event in again} == {event.id: event for event in house.events}


def test_an_agent_who_does_not_pick_up_is_noted_and_another_is_rung(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path):
        call = ari.incoming("13900000001")
        first = until(lambda: ari.channel_of("agent", "1001"))
        ari.ring(first)
        ari.hang_up(first, soft=True)
        connect(ari, call, "1002")
        ari.hang_up(call)
        until(lambda: "hung_up" in house.kinds())
    state = house.call(call)
    assert state.agent == "1002"
    assert [(leg.name, leg.missed) for leg in state.legs] == [("1001", True), ("1002", False)]


def test_a_caller_who_gives_up_is_abandoned_and_the_telephone_stops_ringing(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path):
        call = ari.incoming("13900000001")
        agent = until(lambda: ari.channel_of("agent"))
        ari.ring(agent)
        ari.hang_up(call)
        until(lambda: agent not in ari.channels)
        until(lambda: "abandoned" in house.kinds())
    assert house.call(call).outcome == "abandoned"


def test_a_waiting_caller_gets_the_next_free_agent_who_is_asked_for_by_language(house: House, tmp_path: Path) -> None:
    house.ready = []
    with FakeAri() as ari, working(ari, house, tmp_path, languages={"02012346": "english"}):
        by_number = ari.incoming("13900000001", "02012346")
        by_argument = ari.incoming("13900000002", "12345", "language=cantonese", channel="1763430000.2")
        until(lambda: {"english", "cantonese"} <= set(house.asked_for))
        assert not ari.channel_of("agent")
        house.ready = ["1001"]
        connect(ari, by_number)
        assert not [c for c in list(ari.channels) if "1763430000.2~agent" in c]
        ari.hang_up(by_number)
        until(lambda: ari.channel_of("agent", "1001"))
        ari.hang_up(by_argument)
        until(lambda: house.kinds().count("hung_up") + house.kinds().count("abandoned") >= 2)
    assert (house.call(by_number).language, house.call(by_argument).language) == ("english", "cantonese")
    assert house.call(by_argument).menu is False


def test_when_the_agent_hangs_up_the_call_ends_for_the_caller(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path):
        call = ari.incoming("13900000001")
        ari.hang_up(connect(ari, call))
        until(lambda: not ari.channels and not ari.bridges)
        until(lambda: "recorded" in house.kinds())
    assert house.call(call).outcome == "answered"


@pytest.mark.clause("GB33358-4.2.4-d")
def test_an_outgoing_call_rings_the_agent_first_and_then_the_number(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path) as adapter:
        call = adapter.commands.call("139 0000-0009", "1001", "GD1")
        agent = until(lambda: ari.channel_of("agent", "1001"))
        ari.ring(agent)
        ari.pick_up(agent)
        callee = until(lambda: ari.channel_of("callee", "13900000009"))
        ari.ring(callee)
        ari.pick_up(callee)
        until(lambda: callee in ari.bridges[bridge_of(call)])
        adapter.commands.hold(call)
        adapter.commands.resume(call)
        adapter.commands.hang_up(call)
        until(lambda: not ari.channels)
        until(lambda: "recorded" in house.kinds())
    state = house.call(call)
    assert (state.direction, state.called, state.agent, state.outcome) == ("out", "13900000009", "1001", "answered")


def test_a_call_that_ended_while_the_connection_was_broken_is_ended_in_the_house(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path):
        talking = ari.incoming("13900000001")
        connect(ari, talking)
        with ari.lock:
            ari.break_connections()
            ari.hang_up(talking)
            late = ari.incoming("13900000002", channel="1763430000.9")
        until(lambda: "hung_up" in house.kinds())
        connect(ari, late)
        ari.hang_up(late)
        until(lambda: house.kinds().count("hung_up") >= 2)
    assert house.call(talking).outcome == "answered"
    assert house.call(late).caller == "13900000002"


def test_what_was_seen_while_the_house_was_away_is_delivered_by_the_next_process(house: House, tmp_path: Path) -> None:
    house.away = True
    with FakeAri() as ari:
        with working(ari, house, tmp_path) as adapter:
            call = ari.incoming("13900000001")
            connect(ari, call)
            until(lambda: len(adapter.spool.waiting(500)[0]) >= 4)
        assert house.events == []
        assert b"13900000001" not in (tmp_path / "main" / "events").read_bytes()
        house.away = False
        with working(ari, house, tmp_path) as adapter:
            until(lambda: call in adapter.router.calls)
            until(lambda: "answered" in house.kinds())
            assert ari.bridges
            ari.hang_up(call)
            until(lambda: not ari.channels)
            until(lambda: "recorded" in house.kinds())
    assert house.call(call).outcome == "answered"


def test_a_caller_who_came_while_nobody_listened_keeps_the_language_that_was_chosen(
    house: House, tmp_path: Path
) -> None:
    with FakeAri() as ari:
        call = ari.incoming("13900000001", "12345", "menu=1", "language=cantonese")
        with working(ari, house, tmp_path):
            connect(ari, call)
            until(lambda: "answered" in house.kinds())
    assert house.call(call).language == "cantonese"
    assert set(house.asked_for) == {"cantonese"}


def test_a_command_for_a_call_that_is_over_says_so(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path) as adapter:
        for command in (adapter.commands.hold, adapter.commands.resume):
            with pytest.raises(Unreachable, match="已经结束"):
                command("1763430000.7")
        with pytest.raises(Unreachable, match="还没有接通"):
            adapter.commands.transfer("1763430000.7", "96123")
        adapter.commands.hang_up("1763430000.7")


@pytest.mark.clause("GB33358-5.1.2.2-b")
def test_who_waits_hears_approved_audio_only(house: House, tmp_path: Path) -> None:
    house.ready = []
    with FakeAri() as ari, working(ari, house, tmp_path) as adapter:
        ari.incoming("13900000001")
        until(lambda: house.audio_asked)
        assert ari.played == []
        house.approved["waiting"] = "house/please-wait.wav"
        second = ari.incoming("13900000002", channel="1763430000.2")
        until(lambda: ari.played)
        assert ari.played == [(second, "sound:house/please-wait")]
        with pytest.raises(NotAllowed):
            adapter.commands.play(second, "advertising")
        assert len(ari.played) == 1


def test_a_caller_whom_nobody_took_over_gets_an_agent_again(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path) as adapter:
        call = ari.incoming("13900000001")
        first = connect(ari, call)
        adapter.commands.transfer(call, "96123")
        other = until(lambda: ari.channel_of("transfer", "96123"))
        ari.hang_up(first)
        until(lambda: "StasisEnd" in [message["type"] for message in ari.told])
        assert call in ari.channels
        ari.hang_up(other, soft=True)
        until(lambda: (newest := ari.channel_of("agent")) and newest != first and newest in ari.channels)
        second = connect(ari, call, "")
        ari.hang_up(second)
        until(lambda: "recorded" in house.kinds())
    assert house.call(call).outcome == "answered"
