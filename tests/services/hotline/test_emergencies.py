"""Emergencies: the alarm to the managers, its acknowledgement, the next level, the emergency body."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.foundation.notify.models import Delivery
from bangban.registry.org.models import Staff
from bangban.services.hotline.actions import (
    NewOrder,
    acknowledge,
    dispatch,
    escalate,
    handling,
    open_order,
    put_through,
    receive_emergency,
    report_emergency,
    visiting,
)
from bangban.services.hotline.actions.answering import refuse, withdraw
from bangban.services.hotline.actions.merging import merge, unmerge
from bangban.services.hotline.emergency_reactions import tell_next_level
from bangban.services.hotline.models import EmergencyReport, WorkOrder
from bangban.services.hotline.reads import box_counts, page
from bangban.services.hotline.terms import EmergencyClass
from bangban.services.telephony.commands import waiting_commands
from bangban.services.telephony.models import Call
from tests.hotline import ASKED, PHONE, Hotline, opened_order, registered_order
from tests.services.hotline.test_three_party import tell
from tests.services.hotline.ways import handled


def burning(line: Hotline) -> str:
    number = opened_order(line, text="幸福路12号着火了")
    report_emergency(line.agent, number, "accident_disaster", "119")
    return number


def account_of(staff_id: int | None) -> int:
    return Staff.objects.values_list("account_id", flat=True).get(id=staff_id)


@pytest.mark.clause("GB33358-5.1.2.4-b")
def test_duty_managers_are_alarmed_on_several_channels_and_the_acknowledgement_is_timed(line: Hotline) -> None:
    number = burning(line)
    sent = Delivery.objects.filter(number=number, purpose="emergency")
    assert all(row.urgent for row in sent)
    managers = {account_of(line.manager.staff_id), account_of(line.second_manager.staff_id)}
    assert managers <= set(sent.filter(channel="in_app").values_list("account_id", flat=True))
    assert {(row.channel, row.address) for row in sent.exclude(channel="in_app")} >= {
        ("sms", "13800000100"), ("phone_task", "13800000100"), ("phone_task", "02000012300"),
    }  # fmt: skip
    assert all(PHONE not in row.text and "幸福路" not in row.text for row in sent)
    clock = Clock.objects.get(code="emergency_ack")
    assert (clock.due_at - clock.started_at).total_seconds() == 300
    with pytest.raises(NotAllowed):
        acknowledge(line.agent, number)
    report = acknowledge(line.manager, number)
    assert (report.acknowledged_by_id, report.acknowledged_at is not None) == (line.manager.staff_id, True)
    clock.refresh_from_db()
    assert (clock.state, clock.breached_at) == ("stopped", None)
    with pytest.raises(NotAllowed, match="已有管理人员"):
        acknowledge(line.second_manager, number)
    assert escalate(number) is False


@pytest.mark.clause("GB33358-5.1.2.4-b")
def test_an_alarm_that_nobody_acknowledges_goes_to_the_next_level_once(line: Hotline) -> None:
    number = burning(line)
    before = Delivery.objects.count()
    stand_at(now() + timedelta(minutes=6))
    sweep(now())
    assert Event.objects.filter(number=number, kind="clock.breached").exists()
    tell_next_level(Event.objects.get(number=number, kind="clock.breached"))
    assert escalate(number) is False
    report = EmergencyReport.objects.get()
    assert report.escalated_at is not None
    assert Delivery.objects.count() > before
    assert Event.objects.get(number=number, kind="order.escalate").data["minutes"] >= 6
    assert acknowledge(line.second_manager, number).acknowledged_at is not None


@pytest.mark.clause("GB33358-5.2.2.3")
@pytest.mark.parametrize("kind", ["natural_disaster", "accident_disaster"])
def test_the_emergency_body_is_told_at_once_signs_and_follows_up_outside_the_normal_limits(
    line: Hotline, kind: str
) -> None:
    number = opened_order(line, text="紧急情况")
    report = report_emergency(line.agent, number, kind)
    assert (report.body_id, report.body_told_at) == (line.emergency_body.id, report.reported_at)
    assert ("phone_task", "02000012303") in {(row.channel, row.address) for row in Delivery.objects.all()}
    clock = Clock.objects.get(code="emergency_receipt")
    assert (clock.due_at - clock.started_at).total_seconds() == 1800
    with pytest.raises(NotYours):
        receive_emergency(line.builder, number)
    received = receive_emergency(line.rescue, number)
    assert (received.receipt_by_id, received.receipt_at is not None) == (line.rescue.staff_id, True)
    clock.refresh_from_db()
    assert clock.state == "stopped"
    with pytest.raises(NotAllowed, match="已经签收"):
        receive_emergency(line.rescue, number)
    receive_emergency(line.rescue, number, "已派员到场")
    assert receive_emergency(line.rescue, number, "险情已排除").follow_up == "已派员到场\n险情已排除"
    assert WorkOrder.objects.get().emergency_class == kind


def test_a_class_without_a_body_still_alarms_the_managers(line: Hotline) -> None:
    number = opened_order(line, text="紧急情况")
    report = report_emergency(line.agent, number, EmergencyClass.HEALTH.value)
    assert (report.body_id, report.body_told_at) == (None, None)
    assert Delivery.objects.filter(purpose="emergency").exists()
    assert not Clock.objects.filter(code="emergency_receipt").exists()


def test_wrong_classes_and_numbers_are_refused_and_a_second_report_too(line: Hotline) -> None:
    number = opened_order(line)
    for kind, to in (("storm", ""), ("", ""), ("public_health", "12345")):
        with pytest.raises(Incomplete):
            report_emergency(line.agent, number, kind, to)
    with pytest.raises(NotAllowed, match="没有按突发"):
        acknowledge(line.manager, number)
    report_emergency(line.agent, number, "public_health")
    with pytest.raises(NotAllowed, match="已经按突发"):
        report_emergency(line.agent, number, "public_health")


@pytest.mark.clause("GB33358-3.1")
def test_the_caller_is_put_through_to_the_emergency_number_and_the_time_is_kept(line: Hotline) -> None:
    for kind, after in (("offered", 0), ("ringing", 1), ("answered", 4)):
        tell("e1", kind, after)
    call = Call.objects.get(exchange_id="e1")
    number = open_order(line.agent, NewOrder("telephone", phone=PHONE, call_id=call.id, text="着火了")).order.number
    assert put_through(line.agent, number, "119") is True
    (command,) = waiting_commands()
    assert (command.kind, command.call, command.data["number"]) == ("transfer", "e1", "119")
    event = Event.objects.get(number=number, kind="order.put_through")
    assert (event.data["dial"], event.data["connected"]) == ("119", True)
    assert WorkOrder.objects.get().urgency == "emergency"
    with pytest.raises(Incomplete):
        put_through(line.agent, number, "95588")
    report_emergency(line.agent, number, "accident_disaster")
    put_through(line.agent, number, "120")
    assert EmergencyReport.objects.get().transferred_to == "120"


def test_an_emergency_shows_itself_at_a_unit_as_well(line: Hotline) -> None:
    number = registered_order(line).number
    dispatch(line.agent, number, "请办理", [line.building_unit.id], line.building_unit.id)
    report_emergency(line.manager, number, "accident_disaster")
    assert receive_emergency(line.rescue, number, "已处置").follow_up == "已处置"


def waiting_for(number: str) -> set[str]:
    rows = Clock.objects.filter(record_id=WorkOrder.objects.get(number=number).id, state="running")
    return set(rows.values_list("code", flat=True)) & {"emergency_ack", "emergency_receipt"}


@pytest.mark.clause("GB33358-5.1.2.4-b")
def test_the_clocks_of_an_emergency_end_with_the_refusal_or_withdrawal_itself(line: Hotline) -> None:
    refused, taken_back = burning(line), burning(line)
    assert waiting_for(refused) == waiting_for(taken_back) == {"emergency_ack", "emergency_receipt"}
    refuse(line.agent, refused, "litigation", "请向受理法院提出。")
    withdraw(line.agent, taken_back, "误报")
    assert waiting_for(refused) == waiting_for(taken_back) == set()


@pytest.mark.clause("GB33358-5.1.2.4-b")
def test_the_clocks_of_a_merged_emergency_end_with_the_merge_and_run_again_when_it_is_undone(line: Hotline) -> None:
    main, part = burning(line), burning(line)
    acknowledge(line.manager, part)
    merge(line.agent, part, main)
    assert (waiting_for(part), waiting_for(main)) == (set(), {"emergency_ack", "emergency_receipt"})
    unmerge(line.manager, part, "不是同一处")
    assert waiting_for(part) == {"emergency_receipt"}
    stand_at(now() + timedelta(minutes=31))
    sweep(now())
    assert Event.objects.filter(number=part, kind="clock.breached").count() == 1


def test_the_clocks_of_an_emergency_that_was_called_back_have_ended(line: Hotline) -> None:
    number = handled(line)
    report_emergency(line.agent, number, "accident_disaster")
    handling.reply(line.builder, number, "sms", "已停工")
    handling.complete(line.builder, number, "已停工", "solved")
    assert waiting_for(number) == {"emergency_ack", "emergency_receipt"}
    visiting.visit(line.visitor, number, True, True, **ASKED)
    assert waiting_for(number) == set()


@pytest.mark.clause("GB33358-5.1.2.4-b")
def test_an_emergency_that_only_words_tell_of_is_in_its_box_and_first_in_every_list_of_work(line: Hotline) -> None:
    letter = open_order(SYSTEM, NewOrder("website", phone=PHONE, text="幸福路12号楼燃气泄漏")).order.number
    later = [open_order(SYSTEM, NewOrder("website", phone=PHONE, text="路灯不亮")).order.number for _ in range(3)]
    assert [row.number for row in page(line.manager, "emergency").rows] == [letter]
    assert box_counts(line.manager)["emergency"] == 1
    first = page(line.manager, "incoming", limit=1)
    assert [row.number for row in first.rows] == [letter]
    second = page(line.manager, "incoming", limit=2, after=first.after)
    third = page(line.manager, "incoming", limit=2, after=second.after)
    assert [row.number for row in (*second.rows, *third.rows)] == later[::-1]
    assert third.after == ""
    assert [row.number for row in page(line.manager, "all", limit=2).rows] == [letter, later[-1]]


@pytest.mark.clause("GB33358-5.1.2.4-b")
def test_a_manager_confirms_an_emergency_that_nobody_reported_and_its_body_is_told(line: Hotline) -> None:
    number = open_order(SYSTEM, NewOrder("website", phone=PHONE, text="幸福路12号楼燃气泄漏")).order.number
    alarmed = Delivery.objects.filter(number=number).count()
    with pytest.raises((NotAllowed, NotYours)):
        acknowledge(line.agent, number)
    assert not EmergencyReport.objects.filter(order__number=number).exists()
    report = acknowledge(line.manager, number)
    assert report.acknowledged_by_id == line.manager.staff_id
    assert report.emergency_class == "accident_disaster"
    assert not Clock.objects.filter(record_id=report.order_id, code="emergency_ack", state="running").exists()
    asked = Delivery.objects.filter(number=number, text__isnull=False)
    assert asked.count() >= alarmed
    assert not any("请立即确认收到并跟进" in row.text for row in asked), (
        "no manager is asked for what one has confirmed"
    )
    with pytest.raises(NotAllowed):
        acknowledge(line.manager, number)
