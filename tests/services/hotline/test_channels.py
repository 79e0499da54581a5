"""Messages of every medium: once each, with their clocks, their originals, their files and their answers."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.notify.models import Delivery
from bangban.services.conversation.models import Message
from bangban.services.conversation.reads import messages
from bangban.services.hotline.actions.answering import answer, respond, withdraw
from bangban.services.hotline.actions.incoming import Incoming, IncomingFile, receive_message
from bangban.services.hotline.actions.opening import code_of
from bangban.services.hotline.actions.registering import register, save
from bangban.services.hotline.actions.saying import add_message, store_file
from bangban.services.hotline.actions.secrecy import QUESTION, answer_in
from bangban.services.hotline.actions.web_forms import WebForm, receive_form
from bangban.services.hotline.models import IntakeMessage, WorkOrder
from bangban.services.hotline.reads import found_order
from bangban.services.hotline.reads.messages import file_of_order, files, my_orders, originals
from tests.cast import NIGHT, WORKING_MORNING, guest
from tests.hotline import MATTER, NOISE, PENSION, Hotline, make_hotline, registered_order
from tests.services.hotline.clips import AMR, MP3, MP4, PNG, WAV

pytestmark = pytest.mark.usefixtures("own_pace")

SENDER = "13900000055"
TEXT = "幸福路12号门口的路灯坏了三天"
FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # 17:00 in the city, before a weekend


def sms(text: str = TEXT, **changes: Any) -> Incoming:
    given = {"source": "sms", "medium": "cmcc", "provider_id": uuid4().hex, "sender": SENDER, "text": text}
    return Incoming(**{**given, **changes})


def clock(order: WorkOrder, code: str) -> Clock:
    return Clock.objects.get(record_id=order.id, code=code)


@pytest.mark.clause("GB33358-3.2")
@pytest.mark.parametrize("source", ["sms", "mailbox", "website", "media"])
def test_a_message_of_each_medium_is_an_order_with_its_original_sender_and_time(line: Hotline, source: str) -> None:
    sender = "li@example.org" if source == "mailbox" else SENDER
    at = WORKING_MORNING - timedelta(minutes=2)
    order = receive_message(sms(source=source, sender=sender, subject="路灯", received_at=at, sent_at=at))
    assert (order.state, order.source, order.received_at) == ("registering", source, at)
    (kept,) = originals(line.agent, order.number)
    assert (kept.subject, kept.text, kept.received_at, kept.sent_at) == ("路灯", TEXT, at, at)
    assert kept.sender == ("l***@example.org" if source == "mailbox" else "139****0055")


@pytest.mark.clause("GB33358-3.2")
def test_the_same_message_delivered_twice_is_one(line: Hotline) -> None:
    message = sms()
    assert receive_message(message) == receive_message(message)
    assert (WorkOrder.objects.count(), IntakeMessage.objects.count(), Delivery.objects.count()) == (1, 1, 1)


def test_more_of_the_same_sender_joins_the_talk_of_the_open_order(line: Hotline) -> None:
    order = receive_message(sms())
    assert receive_message(sms("补充：是3号灯杆", sender=f"+86{SENDER}")) == order
    assert [one.text for one in messages(order.id)] == [TEXT, "补充：是3号灯杆"]
    assert [one.text for one in originals(line.agent, order.number)] == [TEXT, "补充：是3号灯杆"]
    assert Delivery.objects.filter(purpose="order_receipt").count() == 1


def test_another_sender_and_an_ended_order_begin_a_new_one(line: Hotline) -> None:
    order = receive_message(sms())
    assert receive_message(sms(sender="13900000056")) != order
    withdraw(guest(code_of(order)), order.number, "自己解决了")
    assert receive_message(sms("又坏了")) != order


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": "telephone"}, "source"),
        ({"source": "pigeon"}, "source"),
        ({"provider_id": " "}, "provider_id"),
        ({"text": " "}, "text"),
        ({"text": "长" * 200_001}, "text"),
        ({"received_at": WORKING_MORNING + timedelta(hours=1)}, "received_at"),
        ({"received_at": WORKING_MORNING.replace(tzinfo=None)}, "received_at"),
        ({"received_at": WORKING_MORNING - timedelta(days=91)}, "received_at"),
        ({"uploads": [uuid4()]}, "files"),
        ({"files": [IncomingFile("x", b"MZ\x90\x00")]}, "file"),
        ({"sender": "1" * 201}, "sender"),
    ],
)
def test_what_cannot_be_taken_is_told_by_field_and_nothing_is_stored(
    line: Hotline, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Incomplete) as refused:
        receive_message(sms(**changes))
    assert field in refused.value.details["fields"]
    assert not WorkOrder.objects.exists() and not IntakeMessage.objects.exists()


def test_a_long_letter_is_cut_on_the_order_and_kept_whole_as_original(line: Hotline) -> None:
    order = receive_message(sms("长" * 20_000, source="mailbox", sender="li@example.org"))
    assert order.request.endswith("（原文较长，全文见原始消息）") and len(order.request) == 10_000
    assert originals(line.agent, order.number)[0].text == "长" * 20_000


@pytest.mark.clause("GB33358-5.1.2.3-c")
@pytest.mark.parametrize("at", [WORKING_MORNING, NIGHT])
def test_three_minutes_and_one_second_without_an_answer_is_a_breach_by_day_and_night(at: datetime) -> None:
    line_at(at)
    order = receive_message(sms(received_at=at))
    running = clock(order, "sms_response")
    assert running.due_at == at + timedelta(minutes=3)
    stand_at(at + timedelta(minutes=2, seconds=59))
    sweep(now())
    running.refresh_from_db()
    assert running.breached_at is None
    stand_at(at + timedelta(minutes=3, seconds=1))
    sweep(now())
    running.refresh_from_db()
    assert running.breached_at is not None


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test here needs one."""


def line_at(at: datetime) -> Hotline:
    return make_hotline(at)


def test_an_answer_at_three_minutes_sharp_is_in_time(line: Hotline) -> None:
    order = receive_message(sms())
    stand_at(WORKING_MORNING + timedelta(minutes=3))
    respond(line.agent, order.number, "您好，已为您登记。")
    assert clock(order, "sms_response").breached_at is None


@pytest.mark.clause("GB33358-5.1.2.3-c")
def test_the_automatic_receipt_is_kept_apart_and_stops_no_clock(line: Hotline) -> None:
    order = receive_message(sms())
    receipt = Delivery.objects.get(id=IntakeMessage.objects.get().receipt)
    assert (receipt.purpose, receipt.channel, receipt.address) == ("order_receipt", "sms", SENDER)
    assert order.number in receipt.text and code_of(order) in receipt.text
    assert clock(order, "sms_response").state == "running" and order.first_response_at is None
    respond(line.agent, order.number, "您好，已为您登记路灯维修。")
    order.refresh_from_db()
    assert clock(order, "sms_response").state == "stopped" and order.first_response_at is not None


def test_the_clock_begins_when_the_medium_got_the_message_not_when_we_did(line: Hotline) -> None:
    order = receive_message(sms(received_at=WORKING_MORNING - timedelta(minutes=2)))
    assert clock(order, "sms_response").due_at == WORKING_MORNING + timedelta(minutes=1)


@pytest.mark.clause("GB33358-5.1.2.3-d")
def test_a_letter_of_friday_evening_is_late_on_saturday_evening() -> None:
    line_at(FRIDAY)
    order = receive_message(sms(source="mailbox", sender="li@example.org", received_at=FRIDAY))
    running = clock(order, "mailbox_response")
    assert running.due_at == FRIDAY + timedelta(hours=24)
    stand_at(FRIDAY + timedelta(hours=23, minutes=59, seconds=59))
    sweep(now())
    running.refresh_from_db()
    assert running.breached_at is None
    stand_at(FRIDAY + timedelta(hours=24, seconds=1))
    sweep(now())
    running.refresh_from_db()
    assert running.breached_at is not None


@pytest.mark.clause("GB33358-3.2")
@pytest.mark.parametrize(
    ("source", "sender", "channel"),
    [("sms", SENDER, "sms"), ("mailbox", "li@example.org", "email"), ("media", "openid-1", "official_account")],
)
def test_the_answer_goes_back_by_the_way_the_message_came(
    line: Hotline, source: str, sender: str, channel: str
) -> None:
    order = receive_message(sms(source=source, sender=sender, medium="wechat"))
    respond(line.agent, order.number, "您好，已为您登记。")
    sent = Delivery.objects.get(purpose="order_response")
    assert (sent.channel, sent.address) == (channel, sender)


@pytest.mark.clause("GB33358-3.2")
def test_the_answer_goes_by_the_wished_channel_when_another_is_wished(line: Hotline) -> None:
    order = receive_message(sms(source="mailbox", sender="li@example.org"))
    save(line.agent, order.number, {"contact_phone": SENDER, "wished_reply": "sms"})
    respond(line.agent, order.number, "您好，已为您登记。", "sms")
    assert Delivery.objects.get(purpose="order_response").channel == "sms"


@pytest.mark.clause("GB33358-5.2.2.5")
def test_a_complaint_by_sms_is_asked_about_secrecy_before_it_can_be_registered(line: Hotline) -> None:
    order = receive_message(sms("我要投诉幸福路工地夜间施工"))
    assert QUESTION in Delivery.objects.get(purpose="order_receipt").text
    form = {
        "kind": "complaint",
        "category": NOISE,
        "title": "夜间施工",
        "about_unit": line.building_unit.id,
        "aspect": "style",
    }
    save(line.agent, order.number, {**form, **MATTER})
    with pytest.raises(NotAllowed, match="是否需要保密"):
        register(line.agent, order.number)
    receive_message(sms("在幸福路，快来"))
    order.refresh_from_db()
    assert order.confidential is None
    receive_message(sms(" 1。"))
    order.refresh_from_db()
    assert order.confidential is True and order.confidential_asked_at is not None
    save(line.agent, order.number, {"skip.site": "短信未说明"})
    assert register(line.agent, order.number).state == "registered"


@pytest.mark.clause("GB33358-5.2.2.5")
def test_a_message_that_turns_out_a_complaint_is_asked_then(line: Hotline) -> None:
    order = receive_message(sms())
    assert not Delivery.objects.filter(purpose="order_question").exists()
    save(line.agent, order.number, {"kind": "complaint"})
    question = Delivery.objects.get(purpose="order_question")
    assert (question.address, QUESTION in question.text) == (SENDER, True)
    save(line.agent, order.number, {"happened": "昨晚"})
    assert Delivery.objects.filter(purpose="order_question").count() == 1
    receive_message(sms("不保密"))
    order.refresh_from_db()
    assert order.confidential is False


@pytest.mark.parametrize(
    ("text", "answer"),
    [("1", True), ("保密", True), ("１", None), ("需要！", True), ("2", False), ("不需要保密。", False), ("12", None),
     ("我要求保密但是先说事情", None), ("", None), ("不\n谢谢", False)],
)  # fmt: skip
def test_only_a_short_clear_word_answers_the_question(text: str, answer: bool | None) -> None:
    assert answer_in(text) is answer


@pytest.mark.clause("GB33358-4.2.4-h")
def test_voice_picture_audio_and_video_come_into_one_order_typed_by_content(line: Hotline) -> None:
    clips = [
        ("说明.amr", AMR),
        ("照片.jpg", PNG),
        ("录音.mp3", MP3),
        ("现场.mp4", MP4),
        ("声音.wav", WAV),
        ("说明.txt", "路灯".encode()),
    ]
    order = receive_message(sms("", source="media", files=[IncomingFile(*clip) for clip in clips]))
    stored = files(line.agent, order.number)
    assert [(one.name, one.media_type, one.kind, one.size) for one in stored] == [
        ("说明.amr", "audio/amr", "audio", len(AMR)), ("照片.jpg", "image/png", "picture", len(PNG)),
        ("录音.mp3", "audio/mpeg", "audio", len(MP3)), ("现场.mp4", "video/mp4", "video", len(MP4)),
        ("声音.wav", "audio/wav", "audio", len(WAV)), ("说明.txt", "text/plain", "file", 6),
    ]  # fmt: skip
    assert all(len(one.digest) == 64 for one in stored)
    assert file_of_order(guest(code_of(order)), stored[0].id) == stored[0].id
    for stranger in (line.outsider, guest("other")):
        with pytest.raises(NotYours):
            file_of_order(stranger, stored[0].id)


@pytest.mark.clause("GB33358-4.2.4-h")
@pytest.mark.parametrize("content", [b"MZ" + b"\0" * 300, MP4[:-3], b"<html><script>1</script>", b"\0" * 64, b""])
def test_a_file_that_is_cut_renamed_or_runs_is_refused(line: Hotline, content: bytes) -> None:
    with pytest.raises(Incomplete):
        store_file(line.agent, "现场.mp4", BytesIO(content))


def test_a_stored_file_belongs_to_the_first_message_that_names_it(line: Hotline) -> None:
    row = store_file(line.agent, "照片.png", BytesIO(PNG))
    order = receive_message(sms(uploads=[row.id]))
    assert [one.id for one in files(line.agent, order.number)] == [row.id]
    with pytest.raises(Incomplete):
        receive_message(sms(sender="13900000056", uploads=[row.id]))


FORM = WebForm(kind="complaint", request="要求夜间停工", happened="昨晚", place="幸福路12号", course="打桩", present_state="还在打",
    phone=SENDER, name="李四", confidential=True, latitude=23.1, longitude=113.3)  # fmt: skip
VISITOR = Actor("guest", "guest:web")


@pytest.mark.clause("GB33358-3.2")
@pytest.mark.clause("GB33358-5.2.2.5")
def test_a_web_form_is_an_order_with_everything_that_was_told(line: Hotline) -> None:
    written = receive_form(VISITOR, FORM, "form-1")
    order = found_order(guest(written.code), written.order.number)
    assert (order.source, order.course, order.present_state, order.confidential) == ("website", "打桩", "还在打", True)
    assert order.confidential_asked_at is not None and order.latitude == 23.1
    assert clock(order, "sms_response").state == "running"
    assert originals(guest(written.code), order.number)[0].sender == SENDER


@pytest.mark.clause("GB33358-5.2.2.5")
def test_a_web_complaint_without_an_answer_about_secrecy_is_refused(line: Hotline) -> None:
    with pytest.raises(Incomplete) as refused:
        receive_form(VISITOR, replace(FORM, confidential=None), "form-1")
    assert "confidential" in refused.value.details["fields"]
    assert not WorkOrder.objects.exists()


def test_emergency_words_anywhere_in_a_web_form_make_it_an_emergency(line: Hotline) -> None:
    written = receive_form(VISITOR, replace(FORM, course="楼里着火了，有人被困"), "form-1")
    assert written.order.urgency == "emergency"


def test_the_person_adds_words_and_files_and_nobody_else_does(line: Hotline) -> None:
    written = receive_form(VISITOR, FORM, "form-1")
    person, number = guest(written.code), written.order.number
    add_message(person, number, "补充一句", client_id="a1")
    add_message(person, number, "补充一句", client_id="a1")
    assert [one.text for one in messages(written.order.id)] == ["补充一句"]
    with pytest.raises(NotYours):
        add_message(VISITOR, number, "我也说一句")
    with pytest.raises(Incomplete):
        add_message(person, number, "  ")


def test_a_person_finds_the_own_orders_only(line: Hotline) -> None:
    first, second = receive_form(VISITOR, FORM, "form-1"), receive_form(VISITOR, FORM, "form-2")
    assert [row.number for row in my_orders(guest(first.code)).rows] == [first.order.number]
    assert my_orders(VISITOR).rows == ()
    assert second.code != first.code


@pytest.fixture
def line_that_commits(transactional_db: None) -> Iterator[Hotline]:
    yield make_hotline()


def test_messages_of_one_sender_at_the_same_moment_are_one_order(line_that_commits: Hotline) -> None:
    def take(place: int) -> str:
        try:
            return receive_message(sms(f"第{place}句", provider_id=f"p{place}")).number
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(take, range(6)))) == 1
    assert Message.objects.count() == 6


@pytest.mark.clause("GB33358-4.2.4-g")
def test_the_survey_is_answered_by_one_word_of_sms_and_other_words_are_a_new_matter(line: Hotline) -> None:
    order = registered_order(line, "consultation", PENSION, contact_phone=SENDER)
    answer(line.agent, order.number, "带身份证到社保中心办理。", "answered", "agent")
    assert receive_message(sms("谢谢")) != order
    assert receive_message(sms("满意！")) == order
    order.refresh_from_db()
    assert (order.state, order.process_satisfied, order.result_satisfied) == ("visited", True, True)
    assert receive_message(sms("不满意", sender="13900000056")) != order
