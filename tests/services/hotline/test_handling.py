"""A unit at work: signing, reaching the caller unseen, the reply and its proof, more time, completing."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest

from bangban.foundation.access.models import SecurityEvent
from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.clocks.zones import DEFAULT_ZONE, business_date
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.handover.actions import expire_due
from bangban.foundation.handover.models import Handover
from bangban.foundation.jobs.following import catch_up
from bangban.foundation.ledger.models import Event
from bangban.foundation.notify.models import Delivery
from bangban.services.conversation.files import store_upload
from bangban.services.conversation.models import Message
from bangban.services.hotline.actions import dispatching, handling
from bangban.services.hotline.actions.supervising import note, remind
from bangban.services.hotline.models import Assignment, Extension, Reply
from bangban.services.hotline.reactions import offer_expired
from bangban.services.hotline.reads import order_view
from bangban.services.hotline.reads.reaching import calls_made
from bangban.services.hotline.reads.units import wishes
from bangban.services.telephony.models import ExchangeCommand
from tests.hotline import PHONE, Hotline, hotline_staff, registered_order
from tests.services.hotline.ways import (
    OPINION,
    as_if_committed,
    completed,
    dispatched,
    handled,
    later,
    load,
    replied,
    rung,
    told_of,
)


def test_who_signs_second_is_told_who_was_faster(line: Hotline) -> None:
    number = dispatched(line)
    handling.sign(line.builder, number)
    with pytest.raises(NotAllowed, match="施承办已经签收"):
        handling.sign(line.second_builder, number)
    assert load(number).handler_id == line.builder.staff_id


@pytest.mark.clause("GB33358-5.1.2.6")
def test_a_unit_reaches_the_caller_through_the_platform_without_the_number(line: Hotline) -> None:
    number = handled(line)
    view = order_view(line.builder, number)
    assert PHONE not in repr(view.subject)
    assert "李四" not in repr(view.subject)
    name = handling.contact(line.builder, number)
    told = Event.objects.filter(number=number, kind="order.contact").latest("position")
    assert told.data == {"by": "telephone", "person": number, "call": name}
    assert ExchangeCommand.objects.filter(kind="call").count() == 1
    call = told_of(name)
    made = calls_made(line.builder, number)
    assert [(one.call_id, one.answered, one.by) for one in made] == [(call, True, "施承办")]
    assert PHONE not in repr(made)
    handling.contact(line.builder, number, "sms", "请问哪天方便到现场？")
    sent = Delivery.objects.get(number=number, purpose="order_reply")
    assert sent.address == PHONE
    with pytest.raises(Incomplete):
        handling.contact(line.builder, number, "sms", " ")
    with pytest.raises(Incomplete):
        handling.contact(line.builder, number, "pigeon", "x")
    with pytest.raises(NotYours):
        handling.contact(line.roads, number)


@pytest.mark.clause("GB33358-5.1.2.6")
def test_the_number_is_shown_only_with_a_kept_reason_and_never_to_units_of_a_confidential_order(line: Hotline) -> None:
    plain = handled(line)
    with pytest.raises(Incomplete):
        handling.reveal(line.builder, plain, "看")
    assert handling.reveal(line.builder, plain, "上门查看需要地址")["phone"] == PHONE
    secret = handled(line, confidential="yes")
    assert load(secret).confidential
    with pytest.raises(NotAllowed, match="要求保密"):
        handling.reveal(line.builder, secret, "上门查看需要地址")
    assert handling.reveal(line.manager, secret, "核对回访号码")["name"] == "李四"
    lines = SecurityEvent.objects.filter(kind="reveal").order_by("id").values_list("subject", "success", "reason")
    assert list(lines) == [
        (f"order:{plain}", True, "上门查看需要地址"), (f"order:{secret}", False, "上门查看需要地址"),
        (f"order:{secret}", True, "核对回访号码"),
    ]  # fmt: skip
    rung(line, secret, line.builder)
    assert handling.reply(line.builder, secret, "sms", "已处理").notice is not None


@pytest.mark.clause("GB33358-5.3.2")
def test_an_order_is_completed_only_with_reply_proof_and_handling_text(line: Hotline) -> None:
    number = handled(line)
    with pytest.raises(NotAllowed, match="请先答复诉求人"):
        handling.complete(line.builder, number, "已处理", "solved")
    handling.reply(line.builder, number, "telephone", "已告知停工", call_id=rung(line, number, line.builder))
    with pytest.raises(Incomplete, match="办理情况"):
        handling.complete(line.builder, number, "  ", "solved")
    with pytest.raises(Incomplete) as refusal:
        handling.complete(line.builder, number, "已处理", "whatever")
    assert "code" in refusal.value.details["fields"]
    done = handling.complete(line.builder, number, "已处理", "solved")
    assert (done.state, done.handling_text, done.result_code) == ("completed", "已处理", "solved")
    assert not Clock.objects.filter(
        record_id=done.id, code__in=["order_handle", "order_sign"], state="running"
    ).exists()


@pytest.mark.clause("GB33358-5.3.2")
def test_a_call_proves_a_reply_only_when_it_was_answered_and_was_made_for_this_order(line: Hotline) -> None:
    number, other = handled(line), handled(line)
    silent, foreign = rung(line, number, line.builder, answered=False), rung(line, other, line.builder)
    for call, sentence in (
        (None, "请先从本工单"),
        (uuid4(), "请先从本工单"),
        (foreign, "请先从本工单"),
        (silent, "没有接通"),
    ):
        with pytest.raises(Incomplete, match=sentence):
            handling.reply(line.builder, number, "telephone", "已告知", call_id=call)
    assert load(number).replied_at is None
    handling.reply(line.builder, number, "telephone", "已告知", call_id=rung(line, number, line.builder))
    assert load(number).replied_at is not None


@pytest.mark.clause("GB33358-5.3.2")
def test_letters_and_visits_need_a_note_or_a_file_of_this_order(line: Hotline) -> None:
    number, other = handled(line), handled(line)
    for channel in ("letter", "visit"):
        with pytest.raises(Incomplete, match="签收"):
            handling.reply(line.builder, number, channel, "已书面答复")
    handling.reply(line.builder, number, "visit", "当面答复", proof="11月18日上午在居委会当面答复，李女士签字")
    file = store_upload(BytesIO(b"%PDF-1.4 receipt"), "receipt.pdf", line.builder, load(other).id)
    with pytest.raises(Incomplete, match="没有找到这个附件"):
        handling.reply(line.builder, number, "letter", "已书面答复", files=[file])
    handling.reply(line.builder, other, "letter", "已书面答复", files=[file])
    assert Reply.objects.get(order__number=other).attachment == file.id
    with pytest.raises(Incomplete, match="留有联系方式"):
        handling.reply(line.builder, number, "none", "无法答复", proof="匿名")
    with pytest.raises(Incomplete, match="请选择答复方式"):
        handling.reply(line.builder, number, "fax", "已答复")


@pytest.mark.clause("GB33358-5.3.2")
def test_a_message_that_never_arrived_is_no_reply(line: Hotline) -> None:
    number = replied(line)
    notice = Reply.objects.get(order__number=number).notice
    assert notice is not None
    Delivery.objects.filter(id=notice).update(state="failed", ended_at=later(), last_error="空号")
    with pytest.raises(NotAllowed, match="短信没有送达"):
        handling.complete(line.builder, number, "已处理", "solved")
    handling.reply(line.builder, number, "visit", "当面答复", proof="11月18日上门答复")
    assert handling.complete(line.builder, number, "已处理", "solved").state == "completed"


def test_more_time_is_asked_before_the_limit_with_a_ground_and_at_most_five_days(line: Hotline) -> None:
    number = handled(line)
    for days, ground, wrong in ((0, "law_longer", "days"), (6, "law_longer", "days"), (2, "busy", "ground")):
        with pytest.raises(Incomplete) as refusal:
            handling.ask_extension(line.builder, number, days, ground, "需要检测")
        assert wrong in refusal.value.details["fields"]
    handling.ask_extension(line.builder, number, 3, "objective_difficulty", "需要委托检测噪声")
    with pytest.raises(NotAllowed, match="已有一项"):
        handling.ask_extension(line.builder, number, 1, "law_longer", "再要一天")
    assert [wish.number for wish in wishes(line.manager)] == [number]
    due = load(number).due_at
    assert due is not None
    with pytest.raises(Incomplete, match="请写明"):
        handling.decide_extension(line.manager, number, approve=False)
    handling.decide_extension(line.manager, number, approve=True, note="同意")
    order = load(number)
    assert order.due_at is not None
    assert (business_date(due).isoformat(), business_date(order.due_at).isoformat()) == ("2026-11-25", "2026-11-30")
    running = Clock.objects.get(record_id=order.id, code="order_handle", state="running")
    assert running.due_at == order.due_at
    wish = Extension.objects.get()
    assert wish.told_at is not None
    assert "11月30日" in Delivery.objects.get(number=number, purpose="order_progress").text
    with pytest.raises(Incomplete, match="检查延期") as refusal:
        handling.ask_extension(line.builder, number, 3, "law_longer", "还要三天")
    assert "2个工作日" in refusal.value.details["fields"]["days"]
    later(days=13)
    with pytest.raises(NotAllowed, match="时限已过"):
        handling.ask_extension(line.builder, number, 1, "law_longer", "晚了")


def test_a_refused_wish_leaves_the_limit_and_is_none_of_the_callers_business(line: Hotline) -> None:
    number = handled(line)
    due = load(number).due_at
    handling.ask_extension(line.builder, number, 3, "several_units", "涉及多个单位")
    handling.decide_extension(line.manager, number, approve=False, note="请按期办结")
    assert load(number).due_at == due
    event = Event.objects.get(number=number, kind="order.decide_extension")
    assert event.visibility == "staff"
    assert not Delivery.objects.filter(number=number, purpose="order_progress").exists()


@pytest.mark.clause("GB33358-4.2.4-f")
def test_units_and_hotline_talk_and_share_files_in_the_order_and_the_lead_stays(line: Hotline) -> None:
    number = handled(line, assisting=True)
    handling.discuss(line.roads, number, "占道许可已过期，建议一并处理")
    file = store_upload(BytesIO(b"%PDF-1.4 permit"), "permit.pdf", line.builder, load(number).id)
    handling.discuss(line.builder, number, "附现场照片", [file])
    handling.discuss(line.agent, number, "诉求人补充：每晚十一点后施工")
    told = Message.objects.filter(record_id=load(number).id, internal=True).order_by("position")
    assert [one.author_name for one in told] == ["路承办", "施承办", "施承办", "江话务"]
    assert told[2].attachment_id == file.id
    assert load(number).lead_unit_id == line.building_unit.id
    with pytest.raises(NotYours):
        handling.discuss(line.outsider, number, "路过")


@pytest.mark.clause("GB33358-4.2.4-f")
def test_an_assisting_unit_signs_answers_to_the_lead_or_returns_its_part(line: Hotline) -> None:
    number = handled(line, assisting=True)
    with pytest.raises(NotAllowed, match="请先签收"):
        handling.report_part(line.roads, number, "已核实")
    handling.sign_part(line.roads, number)
    with pytest.raises(NotAllowed, match="已经签收"):
        handling.sign_part(line.roads, number)
    handling.return_part(line.roads, number, "此路段不属市管")
    order = load(number)
    assert (order.state, order.lead_unit_id) == ("handling", line.building_unit.id)
    assert not Clock.objects.filter(record_id=order.id, code="order_assist", state="running").exists()
    told = [one.text for one in Delivery.objects.filter(number=number) if one.address == "13800000101"]
    assert sum("退回了协办任务" in text for text in told) == 1


def test_completing_calls_back_parts_that_are_still_open(line: Hotline) -> None:
    number = handled(line, assisting=True)
    handling.reply(line.builder, number, "sms", "已处理")
    handling.complete(line.builder, number, "已处理", "solved")
    assert Assignment.objects.get(order__number=number, role="assisting").state == "withdrawn"
    assert Event.objects.get(number=number, kind="order.complete").data["parts_open"] == 1
    assert not Handover.objects.filter(answer="offered").exists()


def test_an_insufficient_closing_goes_back_and_the_caller_is_answered_anew(line: Hotline) -> None:
    number = completed(line)
    due = load(number).due_at
    handling.send_back(line.manager, number, "没有说明处理结果")
    order = load(number)
    assert (order.state, order.due_at, order.replied_at) == ("handling", due, None)
    assert Clock.objects.get(record_id=order.id, code="order_handle", state="running").due_at == due
    assert not Clock.objects.filter(record_id=order.id, code="order_visit", state="running").exists()
    with pytest.raises(NotAllowed, match="请先答复"):
        handling.complete(line.builder, number, "补充说明", "solved")
    with pytest.raises(NotAllowed):
        handling.return_order(line.builder, number, "不想办了")
    handling.reply(line.builder, number, "sms", "已停工并处罚")
    later(days=30)
    handling.complete(line.builder, number, "已处罚", "solved")
    handling.send_back(line.manager, number, "请附处罚结果")
    assert load(number).due_at > later()  # type: ignore[operator]


@pytest.mark.clause("GB33358-5.2.2.6")
def test_the_unit_is_reminded_before_the_limit_and_the_reminder_stands_on_the_order(line: Hotline) -> None:
    number = handled(line)
    due = load(number).due_at
    assert due is not None
    later(days=6)
    assert due - later() > timedelta(hours=12)
    assert sweep(later()) >= 1
    as_if_committed()
    catch_up()
    event = Event.objects.get(number=number, kind="order.remind")
    assert event.at < due
    assert event.data["units"] == [line.building_unit.id]
    assert Delivery.objects.filter(number=number, dedupe_key__startswith="order.remind").count() == 1
    remind(number)
    assert Delivery.objects.filter(number=number, dedupe_key__startswith="order.remind").count() == 1


def test_an_offer_that_nobody_signed_is_made_anew_and_the_unit_urged(line: Hotline) -> None:
    number = dispatched(line, assisting=True)
    later(days=2)
    assert expire_due(later()) == 2
    event = Event.objects.filter(number=number, kind="order.offer_expired").count()
    assert event == 2
    assert sorted(Handover.objects.values_list("answer", "hop")) == [("expired", 1)] * 2 + [("offered", 2)] * 2
    assert Delivery.objects.filter(number=number, dedupe_key__startswith="order.unsigned").count() == 2
    handling.sign(line.builder, number)
    handling.sign_part(line.roads, number)
    assert not Handover.objects.filter(answer="offered").exists()


def test_supervision_writes_its_steps_on_the_order_and_the_level_never_falls(line: Hotline) -> None:
    number = handled(line)
    note(line.officer, number, 2, method="phone", task="DB26111800000")
    note(line.officer, number, 1, method="sms")
    assert load(number).supervision_level == 2
    assert [event.data["level"] for event in Event.objects.filter(kind="order.supervise").order_by("position")] == [
        2,
        1,
    ]
    with pytest.raises(NotAllowed):
        note(line.agent, number, 4)


def test_a_reminder_names_the_limit_that_is_near_and_not_a_later_one(line: Hotline) -> None:
    number = dispatched(line, assisting=True)
    order = load(number)
    for rule in ("order_sign", "order_assist", "order_handle"):
        due = Clock.objects.get(record_id=order.id, code=rule).due_at.astimezone(DEFAULT_ZONE)
        before = set(Delivery.objects.values_list("id", flat=True))
        assert remind(number, rule)
        (told,) = Delivery.objects.exclude(id__in=before)
        assert f"截止{due:%m月%d日%H:%M}" in told.text, rule


def test_an_offer_signed_just_before_it_lapses_is_not_told_as_unsigned(line: Hotline) -> None:
    number = dispatched(line)
    offer = Handover.objects.get(record_id=load(number).id)
    handling.sign(line.builder, number)
    offer_expired(offer)
    assert not Event.objects.filter(number=number, kind="order.offer_expired").exists()


def test_nobody_decides_his_own_wish_for_more_time(line: Hotline) -> None:
    both = hotline_staff("hl_both", "郝兼任", "hl", "hotline_manager", "undertaker", work_number="899")
    number = registered_order(line).number
    dispatching.dispatch(line.agent, number, OPINION, [line.center.id], line.center.id)
    handling.sign(both, number)
    handling.ask_extension(both, number, 2, "several_units", "要与小区核对")
    with pytest.raises(NotAllowed, match="自己"):
        handling.decide_extension(both, number, True)
    assert handling.decide_extension(line.manager, number, True).decision == "approved"
