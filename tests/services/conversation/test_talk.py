"""Messages: in order, once, seen by those they are meant for, and the same whether followed live or fetched fresh."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.registry.catalog.models.items import Item
from bangban.services.cases import actions
from bangban.services.cases.models import Case
from bangban.services.conversation import actions as talk
from bangban.services.conversation.files import store_upload
from bangban.services.conversation.models import Kind, Message, Thread
from bangban.services.conversation.reads import MessageView, messages, threads
from tests.cast import Cast, guest
from tests.services.cases.steps import claimed, closed, consulting, opened

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def record(number: str) -> Case:
    """Return the case."""
    return Case.objects.get(number=number)


@pytest.mark.clause("T637-5-d")
@given(turns=st.lists(st.tuples(st.sampled_from(["user", "guide", "note"]), st.integers(0, 3)), max_size=12))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_an_old_page_with_the_messages_after_its_position_is_the_page_fetched_fresh(
    city: Cast, turns: list[tuple[str, int]]
) -> None:
    number, citizen = claimed(city)
    case = record(number)
    for staff in (False, True):
        followed: list[MessageView] = messages(case.id, staff=staff)
        for side, repeats in turns:
            key = uuid4().hex
            for _ in range(repeats + 1):
                who = citizen if side == "user" else city.guide
                actions.post_message(who, number, f"第{len(followed)}句", client_id=key, internal=side == "note")
            if repeats != 1:
                followed += messages(case.id, after=followed[-1].position if followed else 0, staff=staff)
        followed += messages(case.id, after=followed[-1].position, staff=staff)
        assert followed == messages(case.id, staff=staff)
    positions = list(Message.objects.filter(record_id=case.id).order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))


@pytest.mark.clause("T637-5-d")
def test_a_page_that_was_cut_off_gets_what_it_missed_in_order_and_once(city: Cast) -> None:
    number, citizen = claimed(city)
    case = record(number)
    seen = messages(case.id)
    for place in range(250):
        actions.post_message(citizen if place % 2 else city.guide, number, f"第{place}句")
    fetched: list[MessageView] = []
    while page := messages(case.id, after=(fetched or seen)[-1].position, limit=100):
        fetched += page
    assert [m.text for m in fetched] == [f"第{place}句" for place in range(250)]
    assert seen + fetched == messages(case.id, limit=1000)


@pytest.mark.clause("T637-5-d")
def test_a_repeated_sending_is_the_same_message_and_leaves_one_event(city: Cast) -> None:
    number, citizen = opened()
    first, new = actions.post_message(citizen, number, "在吗", client_id="a1")
    events = Event.objects.filter(number=number).count()
    again, repeated = actions.post_message(citizen.through("mobile"), number, "在吗（重发）", client_id="a1")
    assert (new, repeated, again) == (True, False, first)
    assert Event.objects.filter(number=number).count() == events


def test_two_senders_may_use_the_same_client_id(city: Cast) -> None:
    number, citizen = claimed(city)
    _, one = actions.post_message(citizen, number, "甲", client_id="x")
    _, two = actions.post_message(city.guide, number, "乙", client_id="x")
    assert one
    assert two


def test_paging_back_gives_what_came_before(city: Cast) -> None:
    number, citizen = opened()
    for place in range(9):
        actions.post_message(citizen, number, str(place))
    case = record(number)
    whole = messages(case.id)
    assert messages(case.id, before=whole[-1].position, limit=3) == whole[-4:-1]


@pytest.mark.parametrize("text", ["", "   ", "\x00", "字" * 5001])
def test_empty_and_overlong_texts_are_refused(city: Cast, text: str) -> None:
    number, citizen = opened()
    with pytest.raises(Incomplete):
        actions.post_message(citizen, number, text)


def test_words_for_colleagues_never_reach_the_user(city: Cast) -> None:
    number, citizen = claimed(city)
    actions.post_message(city.guide, number, "对方情绪激动，请注意", internal=True)
    case = record(number)
    assert "情绪激动" not in "".join(m.text for m in messages(case.id))
    assert "情绪激动" in "".join(m.text for m in messages(case.id, staff=True))
    with pytest.raises(NotAllowed):
        actions.post_message(citizen, number, "我也写内部", internal=True)


@pytest.mark.parametrize("kind", [Kind.OPINION, Kind.ANSWER, Kind.ADVICE, Kind.CONSENT, Kind.SYSTEM, Kind.HELP_CARD])
def test_a_user_cannot_speak_in_the_name_of_the_house(city: Cast, kind: Kind) -> None:
    number, citizen = opened()
    with pytest.raises(NotAllowed):
        actions.post_message(citizen, number, "同意退款", kind=kind)


@pytest.mark.clause("T637-8.3.1-a")
def test_each_message_says_who_speaks_and_in_which_role(city: Cast, item: Item) -> None:
    number, citizen = consulting(city, item)
    actions.ask_adviser(city.specialist, number, {"question": "能否合并？"})
    actions.post_message(city.adviser, number, "请补充参保地。")
    actions.post_message(citizen, number, "在韶关参保。")
    actions.post_message(SYSTEM, number, "提示")
    labels = {m.text: m.label for m in messages(record(number).id)}
    assert labels["请补充参保地。"] == "专业顾问 郑顾问"
    assert labels["在韶关参保。"] == "服务对象"
    assert labels["提示"] == "系统"


def test_the_name_of_a_user_is_not_stored_with_the_message(city: Cast) -> None:
    number, citizen = opened()
    named = Actor(**{**vars(citizen), "name": "张三"})
    actions.post_message(named, number, "您好")
    assert set(Message.objects.filter(party="user").values_list("author_name", flat=True)) == {""}


@pytest.mark.clause("T637-7.2-a")
def test_a_follow_up_question_after_closing_is_taken_on_the_same_case(city: Cast, item: Item) -> None:
    number, citizen = closed(city, item)
    actions.post_message(citizen, number, "还想问一下期限")
    actions.post_message(city.specialist, number, "10个工作日。")
    assert [m.text for m in messages(record(number).id)][-2:] == ["还想问一下期限", "10个工作日。"]


def test_strangers_can_neither_read_nor_write(city: Cast) -> None:
    number, _ = claimed(city)
    for stranger in (guest("other"), city.stranger, city.district_guide):
        with pytest.raises(NotYours):
            actions.post_message(stranger, number, "您好")


def test_reading_marks_move_forward_only_and_never_beyond_the_end(city: Cast) -> None:
    number, citizen = claimed(city)
    actions.post_message(citizen, number, "一")
    case = record(number)
    end = threads([case.id])[case.id].length
    assert talk.mark_read(case.id, "staff", end)
    assert not talk.mark_read(case.id, "staff", end - 1)
    assert not talk.mark_read(case.id, "staff", end + 1)
    assert Thread.objects.get(record_id=case.id).staff_read == end


@pytest.mark.clause("T637-5-d")
def test_a_picture_goes_along_with_its_message_and_is_kept_by_digest(city: Cast) -> None:
    number, citizen = opened()
    case = record(number)
    file = store_upload(io.BytesIO(PICTURE), r"C:\照片\回执.png", citizen, case.id)
    sent, _ = actions.post_message(citizen, number, "", kind=Kind.PICTURE, attachment=file)
    assert (sent.attachment_name, sent.media_type, sent.size) == ("回执.png", "image/png", len(PICTURE))


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><script>alert(1)</script>", b"MZ\x90\x00\xff\xfe", b"PK\x03\x04broken", b"<svg onload=x>"],
)
def test_what_is_empty_or_could_run_is_not_stored(city: Cast, content: bytes) -> None:
    number, citizen = opened()
    with pytest.raises(Incomplete):
        store_upload(io.BytesIO(content), "无害.png", citizen, record(number).id)


def test_a_file_is_typed_by_its_content_not_by_its_name(city: Cast) -> None:
    number, citizen = opened()
    file = store_upload(io.BytesIO(b"%PDF-1.7 ..."), "图片.png", citizen, record(number).id)
    assert file.media_type == "application/pdf"


def test_the_event_holds_the_digest_of_a_message_and_never_its_text(city: Cast) -> None:
    number, citizen = opened(question="我的身份证丢了怎么办")
    actions.post_message(citizen, number, "我叫李四，住在测试路9号")
    for event in Event.objects.filter(number=number):
        told = str(event.data)
        assert "李四" not in told
        assert "测试路9号" not in told
        assert "身份证" not in told
    said = Event.objects.get(number=number, kind="case.say").data["messages"][0]
    assert len(said["sm3"]) == 64
