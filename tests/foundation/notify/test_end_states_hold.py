"""Receipts are kept whenever they come; the first that fits counts, and what has ended stays ended."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q

from bangban.foundation.clocks.moment import now
from bangban.foundation.notify.actions import Address, ReceiptRefused, deliver_due, delivering, moving, receive_receipt
from bangban.foundation.notify.gateways.signing import is_signed, sign
from bangban.foundation.notify.models import END_STATES, Delivery, Receipt, State
from tests.foundation.access.together import at_once
from tests.foundation.notify.conftest import MORNING, PHONE, SECRET, Provider, sms, state_of


def report(status: str, **fields: Any) -> Receipt:
    """Post a receipt as the provider does."""
    body = json.dumps({"status": status, **fields}).encode()
    return receive_receipt(body, sign(body, SECRET.encode(), datetime.now(UTC)))


@pytest.fixture
def sent(db: None, provider: Provider) -> Delivery:
    delivery = sms("k1", "reminder", Address("email", "zhang@example.org"))
    deliver_due(MORNING)
    return delivery


def test_a_receipt_ends_the_delivery(sent: Delivery) -> None:
    assert report("delivered", id=str(sent.id)).applied
    sent.refresh_from_db()
    assert (sent.state, sent.ended_at is not None) == ("delivered", True)


def test_a_receipt_finds_its_delivery_by_the_provider_s_number(sent: Delivery) -> None:
    assert report("delivered", reference="ref-1").delivery_id == sent.id
    assert state_of(sent) == "delivered"


def test_a_number_that_two_deliveries_carry_moves_neither(sent: Delivery) -> None:
    other = sms("k2")
    deliver_due(MORNING)
    assert not report("delivered", reference="ref-1").applied
    assert (state_of(sent), state_of(other)) == ("sent", "sent")


@pytest.mark.parametrize(
    ("first", "second"), [("delivered", "failed"), ("failed", "delivered"), ("delivered", "delivered")]
)
def test_the_second_receipt_is_kept_and_changes_nothing(sent: Delivery, first: str, second: str) -> None:
    assert report(first, id=str(sent.id)).applied
    following = Delivery.objects.filter(follows=sent).count()
    assert not report(second, id=str(sent.id), detail="late").applied
    assert state_of(sent) == first
    assert Delivery.objects.filter(follows=sent).count() == following
    assert list(sent.receipts.order_by("id").values_list("status", "applied")) == [(first, True), (second, False)]


def test_a_failure_report_starts_the_next_channel_once(sent: Delivery) -> None:
    report("failed", id=str(sent.id), detail="手机停机")
    report("failed", id=str(sent.id), detail="手机停机")
    sent.refresh_from_db()
    assert sent.last_error == "手机停机"
    assert Delivery.objects.get(follows=sent).channel == "email"


@pytest.mark.django_db(transaction=True)
def test_two_failure_reports_at_once_start_one_following_delivery(provider: Provider) -> None:
    delivery = sms("k1", "reminder", Address("email", "zhang@example.org"))
    deliver_due(MORNING)
    receipts = at_once(*[lambda: report("failed", id=str(delivery.id)) for _ in range(6)])
    assert [receipt for receipt in receipts if isinstance(receipt, Exception)] == []
    assert sum(receipt.applied for receipt in receipts if isinstance(receipt, Receipt)) == 1
    assert Delivery.objects.filter(follows=delivery).count() == 1


def test_a_receipt_faster_than_the_answer_holds(db: None, provider: Provider) -> None:
    """The provider reports delivery before our call has returned."""
    delivery = sms()
    claim = delivering.uuid4()
    row = delivering._claim(MORNING, claim, 1)[0]
    assert report("delivered", id=str(delivery.id)).applied
    moving.sent(row, claim, "webhook:sms", "ref-1", MORNING)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.provider_ref) == ("delivered", "ref-1")
    assert not moving.try_again(row, claim, "late", timedelta(0), MORNING)
    assert moving.fail(row, Q(state="sending", claim=claim), "late", MORNING) is None
    assert state_of(delivery) == "delivered"


def test_a_receipt_for_nobody_is_kept(db: None, provider: Provider) -> None:
    assert report("delivered", reference="unknown").delivery is None
    assert not report("delivered").applied


@pytest.mark.parametrize("end", END_STATES)
@pytest.mark.parametrize("state", State.values)
def test_the_database_itself_keeps_end_states(db: None, end: State, state: str) -> None:
    delivery = sms()
    Delivery.objects.filter(id=delivery.id).update(state=end, ended_at=now(), last_error="x")
    if state == end:
        assert Delivery.objects.filter(id=delivery.id).update(state=state) == 1
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(id=delivery.id).update(state=state, ended_at=None, claim=None)
    assert state_of(delivery) == end


def test_unsigned_stale_and_odd_calls_leave_nothing(db: None, provider: Provider) -> None:
    body = b'{"status": "delivered"}'
    stale = sign(body, SECRET.encode(), datetime.now(UTC) - timedelta(minutes=6))
    foreign = sign(body, b"another-secret-of-nobody", datetime.now(UTC))
    for signature in ("", "nonsense", "t=x,v1=y", "t=²,v1=é", stale, foreign):
        with pytest.raises(ReceiptRefused):
            receive_receipt(body, signature)
    for odd in (b"", b"[]", b'{"status": "read"}', b'{"state": 1}', b"\xff"):
        with pytest.raises(ReceiptRefused):
            receive_receipt(odd, sign(odd, SECRET.encode(), datetime.now(UTC)))
    assert not Receipt.objects.exists()


def test_our_calls_carry_a_signature_that_the_provider_can_check(db: None, provider: Provider) -> None:
    sms()
    deliver_due(MORNING)
    call = provider.calls[0]
    signature = call["headers"]["X-Bangban-Signature"]
    assert is_signed(call["raw"], signature, SECRET.encode(), datetime.now(UTC))
    assert not is_signed(
        call["raw"].replace(PHONE.encode(), b"13900000002"), signature, SECRET.encode(), datetime.now(UTC)
    )
