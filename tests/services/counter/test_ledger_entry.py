"""Entering a question: answered at once, or promised for a time that is told to the person (DB23-6.4.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.foundation.notify.models import Delivery
from bangban.registry.catalog.models.items import Item
from bangban.services.counter import actions, reads
from bangban.services.counter.actions import NewInquiry
from bangban.services.counter.models import Inquiry
from tests.cast import guest
from tests.services.counter.conftest import Counter


def promised(counter: Counter, **changes: object) -> Inquiry:
    given = {
        "answered": False, "topic": "policy", "question": "外地户籍能否申领", "name": "张三丰", "phone": "13800001234",
        "agreed_at": now() + timedelta(hours=6),
    }  # fmt: skip
    return actions.log_inquiry(counter.guide, NewInquiry(**{**given, **changes}))  # type: ignore[arg-type]


@pytest.mark.clause("DB23-6.4.3-a")
def test_an_item_and_one_press_are_enough_for_an_instant_answer(counter: Counter, item: Item) -> None:
    made = actions.log_inquiry(counter.guide, NewInquiry(answered=True, item=item.code))
    assert (made.state, made.instant, made.replied_by_id) == ("answered", True, counter.guide.staff_id)
    assert made.number.startswith("TW")
    assert reads.inquiry_view(counter.clerk, made.number).row.item_name == "失业保险金申领"
    assert Clock.objects.filter(record_id=made.id).count() == 0


@pytest.mark.clause("DB23-6.4.1-a")
def test_an_instant_answer_closes_at_once_with_answer_and_basis(counter: Counter, item: Item) -> None:
    made = actions.log_inquiry(counter.guide, NewInquiry(answered=True, item=item.code, reply="带身份证即可。"))
    view = reads.inquiry_view(counter.guide, made.number)
    assert (view.reply, view.row.state, view.allowed[0].action) == ("带身份证即可。", "answered", "give_material")
    assert view.basis == "《失业保险金申领》办事指南第1版"
    event = Event.objects.get(record_id=made.id)
    assert event.data["instant"] is True
    assert event.visibility == "staff"


def test_neither_item_nor_topic_is_refused_with_a_sentence(counter: Counter) -> None:
    with pytest.raises(Incomplete) as refused:
        actions.log_inquiry(counter.guide, NewInquiry(answered=True))
    assert refused.value.details["fields"] == {"topic": "请选择咨询类别，或选定事项。"}


@pytest.mark.clause("DB23-6.4.1-c")
def test_a_question_that_is_not_answered_needs_an_agreed_time(counter: Counter) -> None:
    with pytest.raises(Incomplete) as refused:
        promised(counter, agreed_at=None)
    assert refused.value.details["fields"] == {"agreed_at": "不能当场答复的，请与对方约定答复时间。"}
    for wrong in (now() - timedelta(minutes=1), now() + timedelta(days=61)):
        with pytest.raises(Incomplete):
            promised(counter, agreed_at=wrong)
    assert not Inquiry.objects.exists()


@pytest.mark.clause("DB23-6.4.1-b")
@pytest.mark.parametrize(("field", "empty"), [("question", ""), ("name", " "), ("phone", ""), ("phone", "12")])
def test_a_promise_needs_the_points_the_person_and_the_contact(counter: Counter, field: str, empty: str) -> None:
    with pytest.raises(Incomplete) as refused:
        promised(counter, **{field: empty})
    assert set(refused.value.details["fields"]) == {field}


@pytest.mark.clause("DB23-6.4.1-c")
def test_the_agreed_time_is_told_to_the_person_and_runs_as_a_clock(counter: Counter) -> None:
    made = promised(counter)
    sms = Delivery.objects.get(record_id=made.id)
    assert (sms.channel, sms.address) == ("sms", "13800001234")
    assert made.number in sms.text
    assert "约定11月18日16:00前答复您" in sms.text
    clock = Clock.objects.get(record_id=made.id)
    assert (clock.code, clock.due_at) == ("agreed_reply", made.agreed_at)
    assert clock.started_at < clock.warn_at < clock.due_at


def test_who_left_a_landline_gets_no_text_message_but_a_phone_call_with_the_reply(counter: Counter) -> None:
    made = promised(counter, phone="020-83330000")
    assert not Delivery.objects.filter(record_id=made.id).exists()
    actions.reply(counter.guide, made.number, "可以申领。")
    assert Delivery.objects.get(record_id=made.id).channel == "phone_task"


def test_the_reply_is_sent_and_stops_the_clock(counter: Counter) -> None:
    made = promised(counter)
    actions.reply(counter.clerk, made.number, "可以申领。", "粤府规〔2025〕1号")
    texts = [row.text for row in Delivery.objects.filter(record_id=made.id)]
    assert f"编号{made.number}：可以申领。" in texts
    assert Clock.objects.get(record_id=made.id).breached_at is None
    view = reads.inquiry_view(counter.guide, made.number)
    assert (view.row.state_label, view.replied_by, view.basis) == ("已答复", "李窗口", "粤府规〔2025〕1号")
    with pytest.raises(NotAllowed):
        actions.reply(counter.guide, made.number, "再答一次")


def test_who_was_told_already_gets_no_second_message(counter: Counter) -> None:
    made = promised(counter)
    actions.reply(counter.guide, made.number, "可以申领。", told=True)
    assert Delivery.objects.filter(record_id=made.id).count() == 1


def test_an_empty_reply_is_refused_and_nothing_is_lost(counter: Counter) -> None:
    made = promised(counter)
    with pytest.raises(Incomplete) as refused:
        actions.reply(counter.guide, made.number, "  ")
    assert refused.value.details["fields"] == {"reply": "请填写答复内容。"}
    made.refresh_from_db()
    assert made.state == "promised"


def test_personal_data_is_sealed_in_the_database_and_masked_in_lists(counter: Counter) -> None:
    made = promised(counter)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT question, contact_name, contact_phone FROM counter_inquiry WHERE id = %s", [made.id])
        stored = b"".join(bytes(value) for value in cursor.fetchone())
    assert "张三丰".encode() not in stored
    assert b"13800001234" not in stored
    row = reads.ledger(counter.guide).rows[0]
    assert (row.name, row.phone) == ("张**", "138****1234")
    assert "13800001234" not in str(list(Event.objects.values_list("data", flat=True)))


def test_the_owner_sees_the_number_with_a_reason_that_is_kept(counter: Counter) -> None:
    from bangban.foundation.access.models import SecurityEvent

    made = promised(counter)
    with pytest.raises(Incomplete):
        actions.reveal_contact(counter.guide, made.number, " ")
    with pytest.raises(NotAllowed):
        actions.reveal_contact(counter.clerk, made.number, "想看一看")
    assert actions.reveal_contact(counter.guide, made.number, "按约定回电") == {
        "name": "张三丰",
        "phone": "13800001234",
    }
    assert SecurityEvent.objects.get(kind="reveal").reason == "按约定回电"


def test_handing_on_gives_the_owner_a_message_and_keeps_the_promise(counter: Counter) -> None:
    made = promised(counter)
    with pytest.raises(Incomplete):
        actions.hand_on(counter.guide, made.number, counter.elsewhere.staff_id, "更熟悉")
    moved = actions.hand_on(counter.guide, made.number, counter.clerk.staff_id, "社保窗口更熟悉")
    assert (moved.owner_id, moved.agreed_at) == (counter.clerk.staff_id, made.agreed_at)
    assert Delivery.objects.get(account_id=counter.clerk.account_id).text.endswith("社保窗口更熟悉")
    assert [row.number for row in reads.ledger(counter.clerk, "mine").rows] == [made.number]


def test_a_withdrawn_question_ends_with_its_reason_and_its_clock(counter: Counter) -> None:
    made = promised(counter)
    actions.withdraw(counter.guide, made.number, "对方已自行办理")
    assert reads.inquiry_view(counter.guide, made.number).withdrawn_because == "对方已自行办理"
    assert Clock.objects.get(record_id=made.id).state == "stopped"


def test_strangers_see_nothing(counter: Counter) -> None:
    made = promised(counter)
    for stranger in (counter.elsewhere, counter.city.specialist, guest("abc")):
        with pytest.raises(NotYours):
            reads.inquiry_view(stranger, made.number)
        with pytest.raises(NotYours):
            actions.reply(stranger, made.number, "可以")
    with pytest.raises(NotYours):
        actions.log_inquiry(counter.city.specialist, NewInquiry(answered=True, topic="policy"))
    assert reads.inquiry_view(counter.city.manager, made.number).row.number == made.number
