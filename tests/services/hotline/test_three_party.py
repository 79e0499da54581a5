"""Agent, person and unit in one call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.ledger.models import Event
from bangban.services.hotline.actions import (
    NewOrder,
    answer,
    call_unit,
    dispatch,
    end_three_party,
    open_order,
    register,
    save,
)
from bangban.services.hotline.models import ThreeParty, WorkOrder
from bangban.services.telephony.actions import receive
from bangban.services.telephony.actions.commanding import command_done
from bangban.services.telephony.commands import waiting_commands
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.models import Call
from tests.hotline import PENSION, PHONE, Hotline, registered_order
from tests.services.hotline.ways import line_problem


def consulting(line: Hotline) -> tuple[str, str]:
    """An order of a call that goes on, as the exchange tells it."""
    tell("c1", "offered", 0)
    tell("c1", "ringing", 1)
    tell("c1", "answered", 4)
    call = Call.objects.get(exchange_id="c1")
    number = open_order(line.agent, NewOrder("telephone", phone=PHONE, call_id=call.id)).order.number
    save(
        line.agent,
        number,
        {"kind": "consultation", "consultation_kind": "policy", "request": "施工许可怎么办", "category": PENSION},
    )
    register(line.agent, number)
    return number, "c1"


def tell(call: str, kind: str, after: int, **more: str) -> None:
    at = now() - timedelta(minutes=5) + timedelta(seconds=after)
    given = {"caller": PHONE, "agent": "801", **more}
    done = receive([ExchangeEvent(id=f"{call}-{kind}-{after}", call=call, kind=kind, at=at, **given)])  # type: ignore[arg-type]
    assert not done.refused, done.refused


@pytest.mark.clause("GB33358-5.2.1.2")
def test_the_unit_joins_with_consent_and_participants_start_end_and_answer_are_kept(line: Hotline) -> None:
    number, call = consulting(line)
    with pytest.raises(NotAllowed, match="征得"):
        call_unit(line.agent, number, consent=False, unit_id=line.building_unit.id)
    assert not ThreeParty.objects.exists()
    row = call_unit(line.agent, number, consent=True, unit_id=line.building_unit.id)
    (command,) = waiting_commands()
    assert (command.kind, command.call, command.data) == ("join", call, {
        "number": "02000012301", "role": "unit", "record": number,
    })  # fmt: skip
    with pytest.raises(NotAllowed, match="另一个单位"):
        call_unit(line.agent, number, consent=True, unit_id=line.roads_unit.id)
    with pytest.raises(NotAllowed, match="还没有结束"):
        answer(line.agent, number, "需要办理。", "answered", "three_party")
    at = row.asked_at
    for kind, after in (("joined", 8), ("left", 70)):
        receive([ExchangeEvent(
            id=f"p-{kind}", call=call, kind=kind, at=at + timedelta(seconds=after), caller=PHONE, party="02000012301", role="unit",
        )])  # fmt: skip
    with pytest.raises(Incomplete):
        end_three_party(line.agent, number, "answered")
    done = end_three_party(line.agent, number, "answered", "限额以上工程需要办理施工许可证。", person="许科长")
    assert (done.joined_at, done.ended_at) == (at + timedelta(seconds=8), at + timedelta(seconds=70))
    stored = ThreeParty.objects.get()
    assert (stored.consent_at, stored.person, stored.answer) == (at, "许科长", "限额以上工程需要办理施工许可证。")
    assert Event.objects.get(number=number, kind="order.call_unit").data["consent"] is True
    order = answer(line.agent, number, "限额以上工程需要办理施工许可证。", "answered", "three_party")
    assert (order.state, order.answer_source) == ("completed", "three_party")


@pytest.mark.clause("GB33358-5.2.1.2")
def test_a_unit_that_refuses_gets_the_matter_as_an_order(line: Hotline) -> None:
    number, _ = consulting(line)
    save(line.agent, number, {"category": "040101", "fact.site": "幸福工地"})
    call_unit(line.agent, number, consent=True, unit_id=line.building_unit.id)
    with pytest.raises(Incomplete):
        end_three_party(line.agent, number, "refused")
    end_three_party(line.agent, number, "refused", reason="要求来函")
    with pytest.raises(NotAllowed, match="转交"):
        answer(line.agent, number, "请自行联系。", "explained", "agent")
    dispatch(line.agent, number, "请答复", [line.building_unit.id], line.building_unit.id)
    assert WorkOrder.objects.get().state == "dispatched"


def test_an_appeal_that_the_unit_answers_in_the_call_is_completed_at_once(line: Hotline) -> None:
    number = registered_order(line).number
    call_unit(line.agent, number, consent=True, unit_id=line.building_unit.id, phone="13800000999")
    end_three_party(line.agent, number, "no_answer")
    call_unit(line.agent, number, consent=True, unit_id=line.building_unit.id)
    end_three_party(line.agent, number, "answered", "今晚起停止夜间施工。")
    assert answer(line.agent, number, "今晚起停止夜间施工。", "solved", "three_party").state == "completed"
    assert list(ThreeParty.objects.order_by("asked_at").values_list("number", flat=True)) == [
        "13800000999",
        "02000012301",
    ]


def test_no_unit_is_called_that_is_not_registered_and_none_hears_a_caller_who_asked_for_secrecy(line: Hotline) -> None:
    number = registered_order(line).number
    for unit, phone in ((line.unregistered_unit.id, ""), (0, ""), (line.building_unit.id, "12")):
        with pytest.raises(Incomplete):
            call_unit(line.agent, number, consent=True, unit_id=unit, phone=phone)
    secret = registered_order(line, "complaint", confidential="yes").number
    with pytest.raises(NotAllowed, match="保密"):
        call_unit(line.agent, secret, consent=True, unit_id=line.building_unit.id)
    with pytest.raises(NotAllowed, match="没有正在进行"):
        end_three_party(line.agent, number, "answered", "好")


def test_when_the_exchange_does_not_answer_the_attempt_ends_and_the_agent_is_told(line: Hotline) -> None:
    number, _ = consulting(line)
    call_unit(line.agent, number, consent=True, unit_id=line.building_unit.id)
    (command,) = waiting_commands()
    command_done(command.id, "电话交换机没有应答。")
    row = ThreeParty.objects.get()
    assert (row.outcome, row.reason, row.ended_at is not None) == ("no_answer", "电话交换机没有应答。", True)
    assert "手动拨打单位的值班电话" in line_problem(line.agent, row.order_id)
    call_unit(line.agent, number, consent=True, unit_id=line.building_unit.id)
    assert line_problem(line.agent, row.order_id) == ""
