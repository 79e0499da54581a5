"""Answering at once, responding in time, refusing, withdrawing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.ledger.models import Event
from bangban.foundation.notify.models import Delivery
from bangban.registry.knowledge import actions as knowledge
from bangban.registry.knowledge.answer import Answer
from bangban.registry.knowledge.models import Entry, EntryUse
from bangban.services.hotline.actions import (
    NewOrder,
    answer,
    dispatch,
    open_order,
    refuse,
    register,
    respond,
    save,
    use_knowledge,
    withdraw,
)
from bangban.services.hotline.models import Assignment, IntakeMessage, KnowledgeUse, Reply, WorkOrder
from bangban.services.hotline.reads.resolving import consultations, first_contact, knowledge_rates, query_sources
from tests.cast import add_staff
from tests.hotline import PENSION, PHONE, Hotline, opened_order, registered_order


def consulted(line: Hotline, kind: str = "consultation", source: str = "telephone") -> str:
    number = opened_order(line, source)
    save(
        line.agent,
        number,
        {"kind": kind, "consultation_kind": "policy", "request": "养老金什么时候调整", "category": PENSION},
    )
    register(line.agent, number)
    return number


def entry_of(line: Hotline) -> Entry:
    editor, reviewer = (
        add_staff(f"kb_{duty}", "知识", "hl", duty) for duty in ("knowledge_editor", "knowledge_reviewer")
    )
    content = Answer(
        question="养老金调整", answer="每年7月底前发放到位。", unit_name="广州市人力资源和社会保障局", basis="年度调整通知", theme="社保",
    )  # fmt: skip
    made = knowledge.create_entry(content, editor)
    knowledge.submit_entry(made.id, editor)
    return knowledge.publish_entry(made.id, reviewer)


@pytest.mark.clause("GB33358-5.2.1.1", "GB33358-4.3.2-b")
def test_an_answer_from_the_knowledge_base_cites_the_entry_and_counts_as_first_contact_resolution(
    line: Hotline,
) -> None:
    entry, number = entry_of(line), consulted(line)
    with pytest.raises(Incomplete) as refusal:
        answer(line.agent, number, "每年7月底前发放到位。", "answered", "knowledge")
    assert "entries" in refusal.value.details["fields"]
    with pytest.raises(Incomplete):
        answer(line.agent, number, "每年7月底前发放到位。", "answered", "knowledge", ["ZS000"])
    use = use_knowledge(line.agent, number, entry.number)
    assert (use.entry_number, use.entry_version) == (entry.number, 1)
    use_knowledge(line.agent, number, entry.number)
    assert KnowledgeUse.objects.count() == 1
    order = answer(line.agent, number, "每年7月底前发放到位。", "answered", "knowledge", [entry.number])
    assert order.direct
    assert sum(EntryUse.objects.filter(entry=entry).values_list("count", flat=True)) == 1
    registered_order(line)
    rate = first_contact(line.center.id, now() - timedelta(days=1), now() + timedelta(seconds=1))
    assert (rate.resolved, rate.all, rate.percent) == (1, 2, 50.0)
    answer(line.agent, consulted(line), "请以通知为准。", "explained", "agent")
    (used,) = knowledge_rates(line.center.id, now() - timedelta(days=1), now() + timedelta(seconds=1))
    assert (used.staff_id, used.agent_number, used.used, used.all) == (line.agent.staff_id, "801", 1, 2)


@pytest.mark.clause("GB33358-5.3.1", "GB33358-5.2.1.3")
def test_an_order_answered_directly_is_completed_at_the_moment_of_its_result(line: Hotline) -> None:
    number = consulted(line)
    for result, code in (("", "answered"), ("已答复", ""), ("已答复", "good"), ("长" * 2001, "answered")):
        with pytest.raises(Incomplete):
            answer(line.agent, number, result, code, "agent")
    order = answer(line.agent, number, "每年7月底前发放到位。", "answered", "agent")
    assert (order.state, order.direct, order.completed_at) == ("completed", True, order.replied_at)
    assert Event.objects.get(number=number, kind="order.answer").at == order.completed_at
    assert Reply.objects.get().call_id == order.call_id
    assert not Clock.objects.filter(record_id=order.id, code="order_transfer").exclude(state="stopped").exists()


@pytest.mark.clause("GB33358-5.1.1.1")
@pytest.mark.parametrize("about", ["law", "regulation", "rule", "policy"])
def test_consultations_tell_laws_regulations_rules_and_policies_apart(line: Hotline, about: str) -> None:
    number = opened_order(line, text="问一个规定")
    save(line.agent, number, {"kind": "consultation", "consultation_kind": about, "category": PENSION})
    register(line.agent, number)
    order = answer(line.agent, number, "按规定办理。", "explained", "guide")
    assert (order.consultation_kind, order.answer_source) == (about, "guide")
    assert "consultation_kind" in save_problem(line, "gossip")


def save_problem(line: Hotline, value: str) -> dict[str, str]:
    return save(line.agent, opened_order(line), {"consultation_kind": value}).problems


@pytest.mark.clause("GB33358-5.1.1.4")
@pytest.mark.parametrize("source", ["directory", "progress", "guide", "knowledge"])
def test_a_query_is_answered_on_line_with_its_source_and_a_short_form(line: Hotline, source: str) -> None:
    number = opened_order(line)
    save(line.agent, number, {"kind": "query", "request": "越秀区政务中心在哪"})
    register(line.agent, number)
    if source == "knowledge":
        use_knowledge(line.agent, number, entry_of(line).number)
    order = answer(line.agent, number, "地址为测试路1号。", "answered", source)
    assert (order.kind, order.answer_source, order.place, order.course) == ("query", source, "", "")


@pytest.mark.clause("GB33358-5.1.1.1", "GB33358-5.1.1.4")
def test_consultations_are_counted_by_what_they_ask_and_queries_by_where_the_answer_came_from(line: Hotline) -> None:
    for about in ("law", "policy", "policy", ""):
        number = opened_order(line, text="问一个规定")
        save(line.agent, number, {"kind": "consultation", "consultation_kind": about, "category": PENSION})
        register(line.agent, number)
    for source in ("directory", "directory", "progress"):
        number = opened_order(line)
        save(line.agent, number, {"kind": "query", "request": "办到哪一步了"})
        register(line.agent, number)
        answer(line.agent, number, "已受理。", "answered", source)
    span = (line.center.id, now() - timedelta(days=1), now() + timedelta(seconds=1))
    assert consultations(*span) == (("法律", 1), ("法规", 0), ("规章", 0), ("政策", 2), ("未填写", 1))
    assert [row for row in query_sources(*span) if row[1]] == [("公共信息查询", 2), ("进度查询", 1)]
    assert sum(n for _, n in consultations(line.roads_unit.id, *span[1:])) == 0


@pytest.mark.clause("GB33358-5.1.1.2")
@pytest.mark.parametrize("kind", ["help_request", "complaint", "report_of_violation"])
def test_no_appeal_is_answered_away_by_the_hotline(line: Hotline, kind: str) -> None:
    number = registered_order(line, kind).number
    with pytest.raises(NotAllowed, match="责任单位") as refusal:
        answer(line.agent, number, "已解释。", "explained", "agent")
    assert "dispatch" in refusal.value.details["allowed_actions"]
    assert refuse(line.agent, number, "arbitration", "请向仲裁委员会提出。").state == "refused"


def test_a_response_goes_back_the_way_it_came_and_stops_the_limit(line: Hotline) -> None:
    order = open_order(SYSTEM, NewOrder("sms", phone=PHONE, text="路灯不亮")).order
    stand_at(order.received_at + timedelta(seconds=170))
    done = respond(line.agent, order.number, "已收到，正在核实。")
    clock = Clock.objects.get(record_id=order.id, code="sms_response")
    assert (clock.state, clock.breached_at) == ("stopped", None)
    assert (done.agent_id, done.first_response_at) == (line.agent.staff_id, Reply.objects.get().at)
    sent = Delivery.objects.get(purpose="order_response")
    assert (sent.channel, sent.address, sent.urgent) == ("sms", PHONE, True)
    assert "已收到，正在核实。" in sent.text


def test_a_response_after_three_minutes_is_late(line: Hotline) -> None:
    order = open_order(SYSTEM, NewOrder("media", phone=PHONE, text="路灯不亮")).order
    stand_at(order.received_at + timedelta(seconds=181))
    respond(line.agent, order.number, "已收到。")
    assert Clock.objects.get(record_id=order.id, code="sms_response").breached_at is not None


def test_a_letter_is_answered_by_letter_within_a_day_of_the_clock_or_by_the_wished_channel(line: Hotline) -> None:
    def mailed(message: str) -> str:
        return open_order(
            SYSTEM, NewOrder("mailbox", phone=PHONE, text="路灯不亮"),
            also=lambda order, code: [IntakeMessage(
                source="mailbox", provider_id=message, sender="li@example.org", text="路灯不亮", received_at=now(), order=order,
            )],
        ).order.number  # fmt: skip

    respond(line.agent, mailed("1"), "已收到。")
    assert Delivery.objects.get().channel == "email"
    number = mailed("2")
    respond(line.agent, number, "已收到。", "sms")
    assert Reply.objects.get(order__number=number).channel == "sms"
    assert Clock.objects.filter(code="mailbox_response", state="stopped").count() == 2
    with pytest.raises(Incomplete):
        respond(line.agent, mailed("3"), "已收到。", "drum")


def test_the_result_goes_by_the_wished_channel(line: Hotline) -> None:
    number = consulted(line)
    save(line.agent, number, {"wished_reply": "sms"})
    answer(line.agent, number, "每年7月底前发放到位。", "answered", "agent")
    assert Reply.objects.get().channel == "sms"
    assert Delivery.objects.filter(number=number, purpose="order_response", channel="sms").exists()


def test_a_channel_that_leads_nowhere_is_said_before_anything_is_kept(line: Hotline) -> None:
    order = open_order(SYSTEM, NewOrder("website", text="路灯不亮", subject_kind="anonymous")).order
    with pytest.raises(Incomplete) as refusal:
        respond(line.agent, order.number, "已收到。", "sms")
    assert "channel" in refusal.value.details["fields"]
    order.refresh_from_db()
    assert (order.agent_id, order.first_response_at) == (None, None)
    respond(line.agent, order.number, "已收到。")
    assert Reply.objects.get().channel == "website"


def test_a_written_matter_that_is_not_taken_is_told_the_right_path(line: Hotline) -> None:
    order = open_order(SYSTEM, NewOrder("sms", phone=PHONE, text="法院判得不对")).order
    done = refuse(line.agent, order.number, "litigation", "请向受理法院提出。")
    assert done.state == "refused"
    assert "请向受理法院提出。" in Delivery.objects.get(purpose="order_response").text


def test_whoever_takes_back_a_matter_frees_the_units(line: Hotline) -> None:
    number = registered_order(line).number
    dispatch(line.agent, number, "请办理", [line.building_unit.id, line.roads_unit.id], line.building_unit.id)
    with pytest.raises(Incomplete):
        withdraw(line.agent, number, " ")
    assert withdraw(line.agent, number, "已自行解决").state == "withdrawn"
    assert set(Assignment.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert not Clock.objects.filter(record_id=WorkOrder.objects.get().id).exclude(state="stopped").exists()
