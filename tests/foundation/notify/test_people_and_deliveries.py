"""What people see and do: the outbox, alarms, sending again, telephone tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.notify import reads
from bangban.foundation.notify.actions import Address, deliver_due, finish_by_hand, forget_secrets, resend
from bangban.foundation.notify.models import Delivery
from tests.foundation.access.together import at_once
from tests.foundation.notify.conftest import MORNING, NIGHT, PHONE, Provider, sms, state_of

MANAGER = Actor("staff", "staff:5", "梁管理", staff_id=5, duties=frozenset({"service_manager"}))
GUIDE = Actor("staff", "staff:1", "林引导", staff_id=1, duties=frozenset({"triage_agent"}))


def failed(provider: Provider, *more: Address) -> Delivery:
    provider.answer = lambda call: (422, {}, "no such number")
    delivery = sms("k1", "rating_invitation", *more)
    deliver_due(MORNING)
    return delivery


def test_the_outbox_shows_what_would_have_been_sent(db: None) -> None:
    for number in range(5):
        sms(f"k{number}", text=f"第{number}条")
    sms("code", "sign_in_code", text="您的验证码是123456")
    deliver_due(MORNING)
    page = reads.outbox(limit=4)
    assert [view.text for view in page] == ["您的验证码是123456", "第4条", "第3条", "第2条"]
    assert (page[0].purpose, page[0].channel, page[0].address, page[0].state_label) == (
        "登录验证码", "短信", "139****0001", "已发送",
    )  # fmt: skip
    assert [view.text for view in reads.outbox(after=page[-1].id)] == ["第1条", "第0条"]
    assert reads.outbox(state="failed") == []
    assert reads.counts() == {"queued": 0, "sending": 0, "sent": 6, "delivered": 0, "failed": 0, "cancelled": 0}


def test_codes_that_a_real_gateway_carried_are_shown_to_nobody(db: None, provider: Provider) -> None:
    sms("code", "sign_in_code", text="您的验证码是123456")
    deliver_due(MORNING)
    assert reads.outbox()[0].text == reads.HIDDEN


def test_codes_are_forgotten_after_a_day_and_other_texts_are_not(db: None) -> None:
    code, other = sms("code", "sign_in_code"), sms("k1")
    deliver_due(MORNING)
    assert forget_secrets(MORNING + timedelta(hours=23)) == 0
    assert forget_secrets(MORNING + timedelta(hours=25)) == 1
    assert forget_secrets(MORNING + timedelta(hours=25)) == 0
    assert [Delivery.objects.get(id=row.id).text for row in (code, other)] == ["", other.text]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (Address("email", "zhang@example.org"), "z***@example.org"),
        (Address("letter", "越秀区北京路1号"), "越秀区***"),
        (Address("official_account", "oABCDEFGH"), "oABC***"),
    ],
)
def test_addresses_are_masked_on_every_channel(db: None, provider: Provider, address: Address, shown: str) -> None:
    failed(provider, address)
    assert reads.outbox()[0].address == shown


def test_resending_makes_a_linked_delivery_and_leaves_the_old_one(db: None, provider: Provider) -> None:
    old = failed(provider)
    new = resend(MANAGER, old.id, address="13900000009")
    assert (new.follows_id, new.why, new.asked_by, new.address, new.text) == (
        old.id, "resend", "staff:5", "13900000009", old.text,
    )  # fmt: skip
    assert (new.dedupe_key, state_of(old)) == ("k1#1", "failed")
    provider.answer = lambda call: (200, {}, "{}")
    deliver_due(MORNING + timedelta(minutes=1))
    assert state_of(new) == "sent"
    assert resend(MANAGER, old.id).dedupe_key == "k1#2"
    with pytest.raises(NotAllowed, match="正在发送"):
        resend(MANAGER, old.id)


@pytest.mark.django_db(transaction=True)
def test_two_managers_resend_once(provider: Provider) -> None:
    old = failed(provider)
    answers = at_once(*[lambda: resend(MANAGER, old.id) for _ in range(5)])
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [NotAllowed] * 4
    assert Delivery.objects.filter(follows=old, why="resend").count() == 1


def test_what_is_on_its_way_is_not_sent_again(db: None) -> None:
    with pytest.raises(NotAllowed, match="自动重试"):
        resend(MANAGER, sms().id)


def test_codes_are_never_sent_again_by_hand(db: None) -> None:
    code = sms("code", "sign_in_code")
    deliver_due(MORNING)
    with pytest.raises(NotAllowed, match="验证码不能重发"):
        resend(MANAGER, code.id)


def test_another_channel_needs_its_own_address(db: None, provider: Provider) -> None:
    old = failed(provider)
    with pytest.raises(Incomplete):
        resend(MANAGER, old.id, channel="email")
    for channel, address in (("in_app", "7"), ("sms", "12345"), ("email", "nobody"), ("phone_task", "x")):
        with pytest.raises(Incomplete):
            resend(MANAGER, old.id, channel=channel, address=address)
    assert resend(MANAGER, old.id, channel="email", address="zhang@example.org").channel == "email"


@pytest.mark.parametrize("act", [lambda id: resend(GUIDE, id), lambda id: finish_by_hand(GUIDE, id, True)])
def test_only_the_duty_for_the_outbox_acts(db: None, act: Any) -> None:
    with pytest.raises(NotYours):
        act(sms().id)


def test_an_unknown_delivery_is_not_found(db: None) -> None:
    with pytest.raises(NotYours):
        resend(MANAGER, new_id())


def call_task(*more: Address) -> Delivery:
    delivery = sms("k1", "reminder", *more)
    Delivery.objects.filter(id=delivery.id).update(channel="phone_task")
    deliver_due(MORNING)
    return delivery


def test_a_telephone_task_waits_for_a_person(db: None) -> None:
    task = call_task()
    assert [view.id for view in reads.tasks_by_hand()] == [task.id]
    finish_by_hand(MANAGER, task.id, reached=True)
    assert (state_of(task), reads.tasks_by_hand()) == ("delivered", [])
    with pytest.raises(NotAllowed):
        finish_by_hand(MANAGER, task.id, reached=False, note="没人接")


def test_nobody_reached_needs_a_reason_and_goes_on(db: None) -> None:
    task = call_task(Address("letter", "越秀区北京路1号"))
    with pytest.raises(Incomplete):
        finish_by_hand(MANAGER, task.id, reached=False)
    finish_by_hand(MANAGER, task.id, reached=False, note="三次无人接听")
    task.refresh_from_db()
    assert task.last_error == "三次无人接听（梁管理）"
    assert Delivery.objects.get(follows=task).channel == "letter"


def why_stuck(at: Any) -> list[str]:
    return [item.why for item in reads.stuck(at)]


def test_what_waits_too_long_raises_an_alarm(db: None) -> None:
    sms()
    assert why_stuck(MORNING + timedelta(minutes=14)) == []
    assert why_stuck(MORNING + timedelta(minutes=16)) == ["等待发送时间过长"]


def test_a_code_alarms_after_a_minute(db: None) -> None:
    sms("code", "sign_in_code")
    assert why_stuck(MORNING + timedelta(minutes=2)) == ["等待发送时间过长"]


def test_a_quiet_night_is_no_alarm(db: None) -> None:
    sms()
    Delivery.objects.update(created_at=NIGHT, next_try_at=NIGHT)
    assert why_stuck(NIGHT + timedelta(hours=10)) == []
    assert why_stuck(NIGHT + timedelta(hours=10, minutes=16)) == ["等待发送时间过长"]


def test_a_late_code_is_seen_behind_a_long_quiet_queue(db: None) -> None:
    for number in range(5):
        sms(f"k{number}")
    sms("code", "sign_in_code")
    Delivery.objects.update(created_at=NIGHT, next_try_at=NIGHT)
    assert [item.delivery.purpose for item in reads.stuck(NIGHT + timedelta(minutes=2), limit=3)] == ["登录验证码"]


def test_a_reminder_for_later_is_no_alarm(db: None) -> None:
    sms("k1", "reminder", not_before=MORNING + timedelta(hours=5))
    assert why_stuck(MORNING + timedelta(hours=5)) == []
    assert why_stuck(MORNING + timedelta(hours=5, minutes=16)) == ["等待发送时间过长"]


def test_a_promised_receipt_that_never_comes_is_seen(
    db: None, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    sms()
    deliver_due(MORNING)
    assert why_stuck(MORNING + timedelta(hours=25)) == []
    monkeypatch.setenv("BANGBAN_SMS_RECEIPTS", "1")
    assert why_stuck(MORNING + timedelta(hours=25)) == ["已发送但没有回执"]


def test_an_undone_task_and_a_lost_message_are_seen(db: None, provider: Provider) -> None:
    call_task()
    assert why_stuck(MORNING + timedelta(hours=5)) == ["人工通知任务未办理"]
    provider.answer = lambda call: (422, {}, "no such number")
    lost = sms("k2")
    deliver_due(MORNING)
    assert "发送失败，没有其他渠道" in why_stuck(MORNING + timedelta(minutes=5))
    resend(MANAGER, lost.id)
    assert "发送失败，没有其他渠道" not in why_stuck(MORNING + timedelta(minutes=5))


def test_a_channel_that_took_over_is_no_loss(db: None, provider: Provider) -> None:
    failed(provider, Address("email", "zhang@example.org"))
    assert why_stuck(MORNING + timedelta(minutes=5)) == []


def test_the_chore_delivers(db: None) -> None:
    from bangban.foundation.jobs.schedule import chores

    work = next(chore for chore in chores() if chore.name == "notify.deliver")
    delivery = sms()
    work.work(now() + timedelta(minutes=1))
    assert (work.cron, state_of(delivery)) == ("* * * * * */3", "sent")


def test_lists_cost_one_query(db: None, django_assert_num_queries: Any) -> None:
    for number in range(10):
        sms(f"k{number}")
    deliver_due(MORNING)
    with django_assert_num_queries(1):
        assert len(reads.outbox(limit=10)) == 10
    assert PHONE not in str(reads.outbox())
