"""What a process missed or left half done is found by the next look round, whoever left it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bangban.foundation.clocks.moment import now
from bangban.services.telephony.actions import receive
from bangban.services.telephony.actions.commanding import begin_command, write_command
from bangban.services.telephony.asterisk import adapter as adapters
from bangban.services.telephony.asterisk import notes
from bangban.services.telephony.asterisk.commands import Commands
from bangban.services.telephony.asterisk.names import Part, bridge_of, part_of
from bangban.services.telephony.asterisk.settings import Settings
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.exchange import Unreachable
from bangban.services.telephony.models import ExchangeCommand
from bangban.services.telephony.partitions import make_partitions
from tests.services.telephony.asterisk.conftest import House, working
from tests.services.telephony.asterisk.fake_ari import PASSWORD, USER, FakeAri, until
from tests.services.telephony.asterisk.test_a_call import connect


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters, "COMPARE_AGAIN", 0.05)


def rung(ari: FakeAri) -> int:
    return ari.asked.count("POST channels")


def test_a_call_that_ends_between_connecting_and_the_first_look_leaves_nothing_on_the_server(
    house: House, tmp_path: Path
) -> None:
    with FakeAri() as ari:
        with working(ari, house, tmp_path):
            call = ari.incoming("13900000001")
            connect(ari, call)
            until(lambda: "answered" in house.kinds())
        ari.when["GET applications/bangban"] = lambda: ari.hang_up(call)
        with working(ari, house, tmp_path):
            until(lambda: not ari.bridges and not ari.recordings and not ari.channels)
            until(lambda: {"hung_up", "recorded"} <= set(house.kinds()))
    assert house.call(call).outcome == "answered"


def test_calls_that_ended_while_no_process_was_there_end_in_the_house_as_well(house: House, tmp_path: Path) -> None:
    house.ready = ["1001"]
    with FakeAri() as ari:
        with working(ari, house, tmp_path):
            talking = ari.incoming("13900000001")
            connect(ari, talking)
            waiting = ari.incoming("13900000002", channel="1763430000.2")
            until(lambda: house.kinds().count("queued") == 2)
        ari.hang_up(talking)
        ari.hang_up(waiting)
        with working(ari, house, tmp_path):
            until(lambda: not house.still_open("main"))
            until(lambda: not ari.bridges and "recorded" in house.kinds())
    assert (house.call(talking).outcome, house.call(waiting).outcome) == ("answered", "abandoned")


def test_bridges_of_somebody_else_are_left_alone(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari:
        for name, app in (("bb~1.1", "another-house"), ("meeting", "bangban"), ("bb~1.2", "bangban")):
            ari.bridges[name], ari.names[name] = [], app
        with working(ari, house, tmp_path):
            until(lambda: "bb~1.2" not in ari.bridges)
    assert set(ari.bridges) == {"bb~1.1", "meeting"}
    assert house.events == []


def test_a_telephone_that_rang_when_the_process_ended_rings_once_and_is_connected(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari:
        with working(ari, house, tmp_path):
            call = ari.incoming("13900000001")
            ari.ring(until(lambda: ari.channel_of("agent", "1001")))
        with working(ari, house, tmp_path) as adapter:
            until(lambda: call in adapter.router.calls and adapter._looked)
            connect(ari, call)
            until(lambda: "answered" in house.kinds())
    assert rung(ari) == 1
    assert house.call(call).agent == "1001"


def test_an_agent_who_picked_up_while_nobody_listened_is_connected(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari:
        with working(ari, house, tmp_path):
            call = ari.incoming("13900000001")
            agent = until(lambda: ari.channel_of("agent", "1001"))
        ari.pick_up(agent)
        with working(ari, house, tmp_path):
            until(lambda: ari.bridges.get(bridge_of(call)) == [call, agent])
            until(lambda: "answered" in house.kinds())
    assert rung(ari) == 1


def test_an_answer_that_no_process_heard_counts_as_answered(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari:
        with working(ari, house, tmp_path):
            call = ari.incoming("13900000001")
            ari.ring(until(lambda: ari.channel_of("agent", "1001")))
            until(lambda: "ringing" in house.kinds())
            ari.when["addChannel"] = lambda: setattr(ari, "mute", True)
            ari.pick_up(ari.channel_of("agent"))
            until(lambda: len(ari.bridges.get(bridge_of(call), ())) == 2)
        assert "answered" not in house.kinds()
        ari.mute = False
        with working(ari, house, tmp_path):
            until(lambda: "answered" in house.kinds())
            ari.hang_up(call)
            until(lambda: "hung_up" in house.kinds())
    assert house.call(call).outcome == "answered"


def test_an_agent_who_hung_up_unheard_does_not_leave_the_caller_in_silence(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path):
        call = ari.incoming("13900000001")
        agent = connect(ari, call)
        with ari.lock:
            ari.break_connections()
            ari.hang_up(agent)
        until(lambda: call not in ari.channels and not ari.bridges)
        until(lambda: "hung_up" in house.kinds())


def test_an_agent_who_picks_up_just_when_the_caller_gives_up_ends_the_matter(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path) as adapter:
        call = ari.incoming("13900000001")
        agent = until(lambda: ari.channel_of("agent", "1001"))
        with ari.lock:
            ari.hang_up(call)
            ari.pick_up(agent)
        until(lambda: not ari.channels and not adapter.router.calls)
        until(lambda: "abandoned" in house.kinds())
    assert rung(ari) == 1


@pytest.mark.parametrize("told_times", [1, 2])
def test_a_caller_waits_on_when_the_only_agent_does_not_pick_up(house: House, tmp_path: Path, told_times: int) -> None:
    house.ready = ["1001"]
    with FakeAri(told_times=told_times) as ari, working(ari, house, tmp_path):
        call = ari.incoming("13900000001")
        first = until(lambda: ari.channel_of("agent", "1001"))
        ari.ring(first)
        ari.hang_up(first)
        second = until(lambda: (newest := ari.channel_of("agent")) and newest != first and newest)
        assert call in ari.channels
        assert second in ari.channels


@pytest.mark.parametrize("refused", ["bridges/bb~1763430000.1/addChannel", "POST bridges", "answer"])
def test_a_server_that_fails_while_an_agent_picks_up_connects_when_it_works_again(
    house: House, tmp_path: Path, refused: str
) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path):
        call = ari.incoming("13900000001")
        agent = until(lambda: ari.channel_of("agent", "1001"))
        ari.failing[refused] = 500
        asked = len(ari.asked)
        ari.pick_up(agent)
        until(lambda: [one for one in ari.asked[asked:] if refused in one])
        ari.failing.clear()
        until(lambda: ari.bridges.get(bridge_of(call)) == [call, agent])
        until(lambda: "answered" in house.kinds())
    assert rung(ari) == 1


@pytest.mark.clause("GB33358-5.2.1.2")
@pytest.mark.parametrize("status", [500, 409])
def test_a_server_that_fails_in_a_three_party_call_brings_the_third_in_when_it_works_again(
    house: House, tmp_path: Path, status: int
) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path) as adapter:
        call = ari.incoming("13900000001")
        agent = connect(ari, call)
        adapter.commands.join(call, "12350", "unit")
        unit = until(lambda: ari.channel_of("unit", "12350"))
        ari.failing["addChannel"] = status
        asked = len(ari.asked)
        ari.pick_up(unit)
        until(lambda: [one for one in ari.asked[asked:] if "addChannel" in one])
        ari.failing.clear()
        until(lambda: unit in ari.bridges[bridge_of(call)])
        until(lambda: "joined" in house.kinds())
        assert {call, agent} <= set(ari.bridges[bridge_of(call)])
        ari.failing["DELETE bridges"] = 500
        ari.hang_up(call)
        until(lambda: not ari.channels)
        ari.failing.clear()
        until(lambda: not ari.bridges and "recorded" in house.kinds())


def test_nobody_is_left_ringing_for_a_talk_when_the_server_fails_halfway(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path) as adapter:
        call = ari.incoming("13900000001")
        connect(ari, call)
        ari.failing["events/user"] = 500
        with pytest.raises(Unreachable):
            adapter.commands.join(call, "12350", "unit")
        assert not ari.channel_of("unit")


def test_an_outgoing_call_that_does_not_get_through_ends_for_the_agent_and_in_the_house(
    house: House, tmp_path: Path
) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path) as adapter:
        call = adapter.commands.call("13900000009", "1001", "GD1")
        agent = until(lambda: ari.channel_of("agent", "1001"))
        ari.failing["POST channels"] = 500
        ari.pick_up(agent)
        until(lambda: not ari.channels and not ari.bridges)
        until(lambda: "hung_up" in house.kinds())
    assert house.call(call).direction == "out"


def test_an_outgoing_call_goes_on_with_who_took_it_over_and_ends_when_that_one_leaves(
    house: House, tmp_path: Path
) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path) as adapter:
        call = adapter.commands.call("13900000009", "1001", "GD1")
        agent = until(lambda: ari.channel_of("agent", "1001"))
        ari.pick_up(agent)
        callee = until(lambda: ari.channel_of("callee"))
        ari.pick_up(callee)
        until(lambda: callee in ari.bridges[bridge_of(call)])
        adapter.commands.transfer(call, "96123")
        other = until(lambda: ari.channel_of("transfer"))
        ari.pick_up(other)
        until(lambda: agent not in ari.channels)
        until(lambda: sorted(ari.bridges[bridge_of(call)]) == sorted([callee, other]))
        ari.hang_up(other)
        until(lambda: not ari.channels and not ari.bridges)


@pytest.mark.clause("GB33358-4.2.4-a")
def test_a_recording_that_fails_does_not_stop_the_talk(house: House, tmp_path: Path) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path):
        ari.failing["record"] = 500
        call = ari.incoming("13900000001")
        connect(ari, call)
        ari._send({"type": "RecordingFailed", "recording": {"name": "call-1", "cause": "disk full"}})
        ari.hang_up(call)
        until(lambda: not ari.bridges)
        until(lambda: "hung_up" in house.kinds())
    assert house.call(call).outcome == "answered"


def test_a_server_that_was_restarted_ends_its_calls_in_the_house_and_takes_new_ones(
    house: House, tmp_path: Path
) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path):
        talking = ari.incoming("13900000001")
        connect(ari, talking)
        until(lambda: "answered" in house.kinds())
        ari.restart()
        until(lambda: not house.still_open("main"))
        fresh = ari.incoming("13900000002", channel="1763440000.1")
        connect(ari, fresh)
        until(lambda: house.kinds().count("answered") == 2)
    assert house.call(talking).outcome == "answered"


@pytest.mark.parametrize(
    ("channel", "name"),
    [("1763430000.8", "Snoop/1763430000.1-00000001"), ("bb~1763430000.1~spy~x~y", "PJSIP/x"), ("bb~1", "PJSIP/x")],
)
def test_a_channel_that_is_no_call_is_left_alone(house: House, tmp_path: Path, channel: str, name: str) -> None:
    with FakeAri() as ari:
        ari._new_channel(channel, "Up", "", "")
        ari.channels[channel]["name"] = name
        with working(ari, house, tmp_path) as adapter:
            ari.tell("StasisStart", channel, args=[])
            call = ari.incoming("13900000001")
            connect(ari, call)
            assert set(adapter.router.calls) == {call}
            assert ari.bridges == {bridge_of(call): [call, ari.channel_of("agent")]}
    assert {event.call for event in house.events} == {call}
    assert channel in ari.channels
    assert rung(ari) == 1


def test_a_line_that_is_open_on_one_side_only_is_made_again(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters, "PING", 0.1)
    monkeypatch.setattr(adapters, "PONG", 1.5)
    with FakeAri() as ari, working(ari, house, tmp_path):
        first = ari.sockets[0]
        ari.deaf = True
        until(lambda: ari.sockets[-1] is not first)
        ari.deaf = False
        connect(ari, ari.incoming("13900000001"))


def test_of_two_adapters_for_one_application_the_one_that_was_replaced_stands_back(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeAri() as ari, working(ari, house, tmp_path) as adapter:
        monkeypatch.setattr(adapters, "LONGEST_WAIT", 600.0)
        monkeypatch.setattr(adapters, "MANY", 12)
        first = list(ari.sockets)
        ari._send({"type": "ApplicationReplaced"})
        until(lambda: not ari.sockets)
        ari.incoming("13900000001")
        assert not adapter._ending.wait(0.5)
        assert (ari.sockets, len(first), ari.asked.count("POST channels")) == ([], 1, 0)


@pytest.mark.django_db
def test_a_command_that_a_killed_process_began_rings_nobody_twice(tmp_path: Path) -> None:
    with FakeAri() as ari:
        commands = Commands(Settings(url=ari.url, user=USER, password=PASSWORD))
        write_command("call", "out-1", number="13900000001", agent="1001", record="")
        write_command("call", "out-2", number="13900000002", agent="1002", record="")
        write_command("hang_up", "out-3")
        first, second, third = ExchangeCommand.objects.order_by("id")
        assert all(begin_command(one.id) for one in (first, second, third))
        assert not begin_command(first.id)
        commands.originate(Part("out-1", "agent", "1001", f"n{first.id}"))
        notes.carry_out(commands)
        assert ExchangeCommand.objects.filter(done_at=None).count() == 3  # who began them may be at it still
        ExchangeCommand.objects.update(begun_at=now() - notes.AT_WORK)
        notes.carry_out(commands)
        assert ExchangeCommand.objects.filter(done_at=None).count() == 0
        assert [part_of(channel).call for channel in ari.channels] == ["out-1"]
    problems = list(ExchangeCommand.objects.order_by("id").values_list("problem", flat=True))
    assert problems == ["", notes.BROKEN, ""]


@pytest.mark.django_db
def test_of_two_servers_each_carries_out_only_commands_of_calls_that_it_told_of(tmp_path: Path) -> None:
    with FakeAri() as ari, FakeAri() as other:
        first, second = (
            Commands(Settings(url=one.url, user=USER, password=PASSWORD, exchange=name))
            for one, name in ((ari, "north"), (other, "south"))
        )
        make_partitions(now())
        told = [
            ExchangeEvent(exchange="south", id=f"s{step}", call="1.7", kind=kind, at=now())
            for step, kind in enumerate(("offered", "answered"))
        ]
        receive(told)
        write_command("hang_up", "1.7")
        write_command("join", "1.7", number="02000000000", role="unit", record="")
        write_command("hang_up", "9.9")
        assert list(ExchangeCommand.objects.order_by("id").values_list("exchange", flat=True)) == ["south", "south", ""]
        assert notes.carry_out(first) == 1
        assert set(ExchangeCommand.objects.filter(done_at=None).values_list("exchange", flat=True)) == {"south"}
        assert notes.carry_out(second) == 2
    assert not ExchangeCommand.objects.filter(done_at=None).exists()


@pytest.mark.django_db
def test_a_command_that_nobody_understands_is_closed_and_the_next_one_is_carried_out(tmp_path: Path) -> None:
    with FakeAri() as ari:
        write_command("join", "1.1", role="unit")
        write_command("call", "out-1", number="13900000001", agent="1001", record="")
        assert notes.carry_out(Commands(Settings(url=ari.url, user=USER, password=PASSWORD))) == 2
        assert len(ari.channels) == 1
    problems = list(ExchangeCommand.objects.order_by("id").values_list("problem", flat=True))
    assert problems[0].startswith("电话交换机不认识")
    assert problems[1] == ""
