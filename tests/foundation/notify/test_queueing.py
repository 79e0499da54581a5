"""Messages join the deed: nothing without a commit, nothing twice, nothing in plain text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from bangban.foundation.clocks.moment import now
from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.ledger.writes import Writes
from bangban.foundation.notify import reads
from bangban.foundation.notify.actions import Address, Message, cancel_waiting, deliver_due, enqueue, mark_read
from bangban.foundation.notify.models import Delivery
from bangban.services.cases.flow import FLOW
from bangban.services.cases.models import Case
from tests.foundation.notify.conftest import MORNING, PHONE, sms, state_of

MESSAGE = Message("case_progress", (Address("sms", PHONE),), "您的事项有新进展。", "k1")
MESSAGE_TWO = replace(MESSAGE, key="k2")


def test_a_queued_message_waits_for_its_moment(db: None) -> None:
    delivery = sms()
    assert (delivery.state, delivery.attempts, delivery.address) == ("queued", 0, PHONE)


def test_nothing_is_queued_when_the_deed_does_not_commit(db: None) -> None:
    class Broken(Exception):
        pass

    def deed() -> None:
        with transaction.atomic():
            writes = Writes()
            enqueue(writes, MESSAGE)
            writes.run()
            raise Broken

    with pytest.raises(Broken):
        deed()
    assert not Delivery.objects.exists()


def test_the_same_key_is_the_same_message(db: None) -> None:
    first, second = sms(), sms(text="另一句话")
    assert (first.id, Delivery.objects.count()) == (second.id, 1)
    writes = Writes()
    third, fourth = enqueue(writes, MESSAGE_TWO), enqueue(writes, MESSAGE_TWO)
    writes.run()
    assert (third.id, Delivery.objects.count()) == (fourth.id, 2)


def test_the_database_refuses_a_key_twice(db: None) -> None:
    first = sms()
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(
            dedupe_key=first.dedupe_key, purpose="urge", channel="sms", created_at=now(), next_try_at=now()
        )


def test_an_unknown_purpose_and_no_address_are_mistakes(db: None) -> None:
    with pytest.raises(LookupError):
        enqueue(Writes(), Message("birthday", (Address("sms", PHONE),), "x", "k"))
    with pytest.raises(ValueError, match="no address"):
        enqueue(Writes(), Message("urge", (), "x", "k"))


def test_address_and_text_are_sealed(db: None) -> None:
    sms("k1", "case_progress", Address("email", "zhang@example.org"), text="张三您好")
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM notify_delivery t")
        raw = cursor.fetchone()[0]
    for plain in (PHONE, "张三", "zhang@example.org"):
        assert plain not in raw
        assert plain.encode().hex() not in raw


def test_a_reminder_waits_until_its_moment(db: None) -> None:
    delivery = sms("k1", "reminder", not_before=MORNING + timedelta(hours=2))
    assert deliver_due(now()) == 0
    assert deliver_due(MORNING + timedelta(hours=2)) == 1
    assert state_of(delivery) == "sent"


def test_in_app_messages_arrive_with_the_commit(db: None) -> None:
    writes = Writes()
    enqueue(writes, Message("staff_notice", (Address("in_app", account_id=7),), "请接收分派。", "k1", title="新的分派"))
    writes.run()
    message = reads.in_app(7)[0]
    assert (message.title, message.text, message.read) == ("新的分派", "请接收分派。", False)
    assert (reads.unread_count(7), reads.unread_count(8), reads.in_app(8)) == (1, 0, [])
    assert mark_read(8) == 0
    assert mark_read(7) == 1
    assert (reads.unread_count(7), reads.in_app(7)[0].read, reads.in_app(7, unread_only=True)) == (0, True, [])


def test_waiting_messages_of_a_settled_record_are_cancelled(db: None) -> None:
    record, writes = Case(number="OC1"), Writes()
    waiting = enqueue(writes, Message("reminder", (Address("sms", PHONE),), "明天", "k1"), record)
    other = enqueue(writes, Message("urge", (Address("sms", PHONE),), "催办", "k2"), record)
    writes.run()
    assert cancel_waiting(record.id, "reminder") == 1
    assert cancel_waiting(new_id()) == 0
    deliver_due(now())
    assert (state_of(waiting), state_of(other)) == ("cancelled", "sent")


def test_a_deed_gives_its_record_and_its_moment(db: None) -> None:
    from bangban.foundation.access.actors import SYSTEM
    from bangban.foundation.flows.deed import Deed

    case = Case(number="OC1", state="queued")
    deed = Deed(FLOW, case, SYSTEM, None, MORNING)
    delivery = enqueue(deed, Message("reply_waiting", (Address("in_app", account_id=7),), "有新回复", "k1"))
    assert (delivery.record_type, delivery.record_id, delivery.number) == ("case", case.id, "OC1")
    assert (delivery.created_at, deed.topics) == (MORNING, {"account:7"})
