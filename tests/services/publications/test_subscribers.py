"""Subscribers prove their phone, are told once, and end it by the link they got (DB23-6.2.1.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from bangban.foundation.access.phone_codes import send_phone_code
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.notify.actions import deliver_due
from bangban.foundation.notify.actions.receiving import Report, take
from bangban.foundation.notify.models import Delivery
from bangban.services.publications import actions, reads
from bangban.services.publications.actions.subscribing import link_key
from bangban.services.publications.models import Sending, Subscription
from tests.cast import WORKING_MORNING, Cast, make_city
from tests.foundation.access.conftest import last_code
from tests.services.publications.steps import published

PHONE = "13900000001"


@pytest.fixture
def city(transactional_db: None) -> Iterator[Cast]:
    """The city in a database that commits: proving a phone must not run inside a transaction."""
    yield make_city()


def subscribed(phone: str = PHONE, topics: tuple[str, ...] = ("holiday",), body: str = "") -> Subscription:
    send_phone_code(phone)
    return actions.subscribe(phone, last_code(), topics, body)


def told() -> list[str]:
    return [row.address for row in Delivery.objects.filter(purpose="announcement").order_by("id")]


@pytest.mark.clause("DB23-6.2.1.2")
def test_each_subscriber_is_told_once_and_every_receipt_is_seen_at_the_desk(city: Cast) -> None:
    mine = subscribed()
    subscribed("13900000002")
    row = published(city, targets=("website", "sms"))
    assert actions.send_due(now()) == 2
    assert actions.send_due(now()) == 0
    assert told() == [PHONE, "13900000002"]
    text = Delivery.objects.filter(purpose="announcement").order_by("id")[0].text
    assert row.title in text and f"/notices/{row.number}/" in text and f"/notices/end/{link_key(mine.id)}" in text
    deliver_due(now())
    delivery = Delivery.objects.filter(purpose="announcement").order_by("id")[0]
    take(Report("delivered", id=str(delivery.id)), now())
    seen = reads.deliveries(row.id)
    assert [(one.delivery.address, one.delivery.state_label, len(one.receipts)) for one in seen] == [
        ("139****0002", "已发送", 0), ("139****0001", "已送达", 1),
    ]  # fmt: skip
    assert reads.desk_one(city.editor, row.number, now()).sent == {"已发送": 1, "已送达": 1}


def test_only_those_who_asked_for_this_kind_and_place_are_told(city: Cast) -> None:
    subscribed(PHONE, ("policy",))
    subscribed("13900000002", ("holiday",), "gz")
    subscribed("13900000003", ("holiday", "policy"), "yx")
    published(city, targets=("sms",))
    actions.send_due(now())
    assert told() == ["13900000002"]
    published(city, targets=("sms",), includes_below=True)
    actions.send_due(now())
    assert told() == ["13900000002", "13900000002", "13900000003"]


def test_a_later_first_day_waits_for_its_morning_and_a_withdrawal_stops_what_waits(city: Cast) -> None:
    subscribed()
    row = published(city, targets=("sms",), valid_from=date(2026, 11, 20))
    assert actions.send_due(now()) == 0
    assert actions.send_due(WORKING_MORNING + timedelta(days=2)) == 1
    other = published(city, targets=("sms",))
    actions.send_due(now())
    actions.withdraw_publication(other.number, city.reviewer, "写错了")
    states = dict(Delivery.objects.filter(purpose="announcement").values_list("number", "state"))
    assert states == {row.number: "queued", other.number: "cancelled"}
    waiting = published(city, targets=("sms",), valid_from=date(2026, 11, 20))
    actions.withdraw_publication(waiting.number, city.reviewer, "写错了")
    assert actions.send_due(WORKING_MORNING + timedelta(days=3)) == 0
    assert not Sending.objects.filter(done_at=None).exists()


def test_batches_lose_nobody_and_repeat_nobody(city: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bangban.services.publications.actions.sending.BATCH", 2)
    phones = [f"1390000000{place}" for place in range(5)]
    for phone in phones:
        subscribed(phone)
    published(city, targets=("sms",))
    assert actions.send_due(now(), at_most=3) == 4
    assert actions.send_due(now()) == 1
    assert sorted(told()) == phones


def test_whoever_subscribes_after_the_publication_is_not_told_of_it(city: Cast) -> None:
    published(city, targets=("sms",))
    stand_at(now() + timedelta(seconds=5))
    subscribed()
    assert actions.send_due(now()) == 0


@pytest.mark.clause("DB23-6.2.1.2")
def test_a_phone_is_proved_by_a_code_before_anything_is_kept(city: Cast) -> None:
    send_phone_code(PHONE)
    right = last_code()
    with pytest.raises(NotAllowed):
        actions.subscribe(PHONE, "000000" if right != "000000" else "111111", ("holiday",))
    with pytest.raises(Incomplete) as refusal:
        actions.subscribe("139", "", (), "nowhere")
    assert list(refusal.value.details["fields"]) == ["phone", "topics", "code", "body"]
    assert not Subscription.objects.exists()
    actions.subscribe(PHONE, right, ("holiday",))
    assert reads.subscriber_count() == 1


def test_subscribing_again_changes_the_choice_and_ending_is_final_for_the_link(city: Cast) -> None:
    first = subscribed()
    stand_at(now() + timedelta(minutes=2))
    again = subscribed(topics=("policy", "notice"), body="yx")
    assert first.id == again.id and Subscription.objects.get().topics == ["notice", "policy"]
    key = link_key(first.id)
    assert reads.subscription_of(key).phone == "139****0001"
    actions.end_subscription(key)
    actions.end_subscription(key)
    ended = Subscription.objects.get()
    assert (ended.phone, ended.phone_index) == ("", None)
    assert reads.subscriber_count() == 0
    published(city, kind="policy", includes_below=True, targets=("sms",))
    assert actions.send_due(now()) == 0
    stand_at(now() + timedelta(minutes=2))
    assert subscribed().id != first.id
    with pytest.raises(NotYours):
        actions.end_subscription("guessed")


def test_the_phone_is_sealed_in_the_database(city: Cast) -> None:
    from django.db import connection

    subscribed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT s::text FROM publications_subscription s")
        stored = cursor.fetchone()[0]
    assert PHONE not in stored and PHONE.encode().hex() not in stored
