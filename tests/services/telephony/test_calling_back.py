"""Whoever was not answered is called back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from bangban.foundation.clocks import moment
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.services.telephony import actions, reads
from bangban.services.telephony.actions.commanding import command_done, write_command
from bangban.services.telephony.commands import waiting_commands
from bangban.services.telephony.models import Call, CallbackTry
from tests.cast import Cast
from tests.services.telephony.cast import Hotline, event, lost, talk


@pytest.fixture
def call_id(hotline: Hotline) -> UUID:
    actions.receive(lost("c", start=now() - timedelta(minutes=5)))
    return Call.objects.get().id


def states() -> list[str]:
    return [row.state for row in reads.missed().rows]


def test_an_agent_is_rung_by_the_server_of_the_latest_talk_and_by_any_when_there_was_none(
    hotline: Hotline, call_id: UUID
) -> None:
    write_command("call", "out-1", number="13900139000", agent="7001", record="")
    told = [msgspec.structs.replace(one, exchange="south") for one in talk("t", start=now() - timedelta(hours=1))]
    actions.receive(told)
    actions.call_back(hotline.agent, call_id)
    Call.objects.filter(exchange_id="c").update(record_number="GD26111800000001")
    write_command("call", "out-3", number="13900139000", agent="7999", record="GD26111800000001")
    assert [one.exchange for one in waiting_commands()] == ["", "south", "main"]
    assert [one.call for one in waiting_commands("north")] == ["out-1"]


def test_a_lost_call_is_claimed_called_and_done(hotline: Hotline, call_id: UUID) -> None:
    assert states() == ["open"]
    name = actions.call_back(hotline.agent, call_id)
    (command,) = waiting_commands()
    assert (command.call, command.data) == (name, {"number": "13900139000", "agent": "7001", "record": ""})
    command_done(command.id)
    assert waiting_commands() == []
    (row,) = reads.missed().rows
    assert (row.state, row.claimed_name, row.phone) == ("claimed", "何话务", "13900139000")
    actions.finish_missed(hotline.agent, call_id, "reached", "已答复停水时间")
    assert states() == []
    assert CallbackTry.objects.get().note == "已答复停水时间"


def test_who_is_not_reached_stays_on_the_list_with_the_attempt_counted(hotline: Hotline, call_id: UUID) -> None:
    actions.claim_missed(hotline.agent, call_id)
    actions.finish_missed(hotline.agent, call_id, "not_reached")
    (row,) = reads.missed().rows
    assert (row.state, row.tries) == ("open", 1)


def test_what_one_has_claimed_another_leaves_for_a_quarter_of_an_hour(hotline: Hotline, call_id: UUID) -> None:
    actions.claim_missed(hotline.agent, call_id)
    actions.claim_missed(hotline.agent, call_id)
    with pytest.raises(NotAllowed, match="何话务"):
        actions.claim_missed(hotline.second_agent, call_id)
    with pytest.raises(NotAllowed, match="领取"):
        actions.finish_missed(hotline.second_agent, call_id, "reached")
    before = moment.set_shift(timedelta())
    moment.set_shift(before + timedelta(minutes=16))
    actions.claim_missed(hotline.second_agent, call_id)
    with pytest.raises(NotAllowed):
        actions.finish_missed(hotline.agent, call_id, "reached")


def test_a_done_call_back_is_not_taken_again(hotline: Hotline, call_id: UUID) -> None:
    actions.claim_missed(hotline.agent, call_id)
    actions.finish_missed(hotline.agent, call_id, "wrong_number")
    with pytest.raises(NotAllowed, match="回拨过"):
        actions.claim_missed(hotline.agent, call_id)


def test_a_wrong_result_a_stranger_and_an_answered_call_are_refused(
    hotline: Hotline, call_id: UUID, city: Cast
) -> None:
    with pytest.raises(Incomplete):
        actions.finish_missed(hotline.agent, call_id, "maybe")
    with pytest.raises(NotYours):
        actions.claim_missed(city.guide, call_id)
    actions.receive(talk("answered", start=now()))
    with pytest.raises(NotYours):
        actions.claim_missed(hotline.agent, Call.objects.get(exchange_id="answered").id)


def test_who_calls_again_and_is_answered_needs_no_call_back(hotline: Hotline, call_id: UUID) -> None:
    actions.receive(talk("again", start=now(), caller="139 0013 9000"))
    assert states() == []


def test_a_call_that_turns_out_to_be_answered_leaves_the_list(hotline: Hotline, call_id: UUID) -> None:
    start = Call.objects.get().offered_at
    actions.receive([event("answered", "c", start + timedelta(seconds=10), agent="7001")])
    assert (states(), Call.objects.get().outcome) == ([], "answered")


def test_a_late_event_does_not_undo_what_people_did(hotline: Hotline, call_id: UUID) -> None:
    actions.claim_missed(hotline.agent, call_id)
    actions.receive([event("queued", "c", now() - timedelta(minutes=4))])
    assert states() == ["claimed"]
