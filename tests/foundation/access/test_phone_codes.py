"""One-time codes: sent rarely, guessed hardly, used once, and silent about who has an account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.access import limits
from bangban.foundation.access.addresses import written
from bangban.foundation.access.models import SecurityEvent, SignInCode
from bangban.foundation.access.phone_codes import REFUSED, TOO_MANY, prove_phone, send_phone_code
from bangban.foundation.access.phones import clean_phone
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed
from bangban.foundation.notify.models import Delivery
from tests.foundation.access.conftest import last_code
from tests.foundation.access.together import at_once

PHONE = "13900000001"


def later(**length: float) -> None:
    stand_at(now() + timedelta(**length))


def wrong_of(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_code_goes_out_by_sms_with_its_purpose(db: None) -> None:
    sent = send_phone_code("139 0000 0001", "10.0.0.1")
    assert (sent.again_after, sent.good_for) == (60, 10)
    delivery = Delivery.objects.get()
    assert (delivery.purpose, delivery.channel, delivery.address, delivery.urgent) == (
        "sign_in_code",
        "sms",
        PHONE,
        True,
    )
    assert delivery.useful_until == delivery.created_at + timedelta(minutes=10)
    assert len(last_code()) == 6
    assert prove_phone("+86 139-0000-0001", last_code()) == PHONE


@pytest.mark.parametrize("wrong", ["", "12345", "12900000001", "1390000000x", "+1 2025550123", "１３９"])
def test_only_mobile_numbers_get_codes(wrong: str, db: None) -> None:
    with pytest.raises(Incomplete):
        send_phone_code(wrong)
    assert not Delivery.objects.exists()


def test_full_width_digits_are_the_same_number() -> None:
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in PHONE)
    assert clean_phone(full_width) == PHONE


def test_neither_code_nor_phone_stands_in_the_tables(db: None) -> None:
    send_phone_code(PHONE)
    code, row = last_code(), SignInCode.objects.get()
    assert code.encode() not in bytes(row.digest)
    raw = Delivery.objects.extra(select={"raw": "text"}).values_list("raw", flat=True)[0]
    assert code.encode() not in bytes(raw)
    assert PHONE not in "".join(SecurityEvent.objects.values_list("subject", flat=True))


def test_a_code_is_good_once(db: None) -> None:
    send_phone_code(PHONE)
    prove_phone(PHONE, last_code())
    with pytest.raises(NotAllowed, match=REFUSED):
        prove_phone(PHONE, last_code())


def test_a_code_is_good_for_ten_minutes(db: None) -> None:
    send_phone_code(PHONE)
    later(minutes=10, seconds=1)
    with pytest.raises(NotAllowed, match=REFUSED):
        prove_phone(PHONE, last_code())


def test_five_wrong_tries_end_a_code(db: None) -> None:
    send_phone_code(PHONE)
    code = last_code()
    for _ in range(limits.CODE_TRIES):
        with pytest.raises(NotAllowed, match=REFUSED):
            prove_phone(PHONE, wrong_of(code))
    with pytest.raises(NotAllowed, match=REFUSED):
        prove_phone(PHONE, code)


def test_four_wrong_tries_do_not(db: None) -> None:
    send_phone_code(PHONE)
    code = last_code()
    for _ in range(limits.CODE_TRIES - 1):
        with pytest.raises(NotAllowed):
            prove_phone(PHONE, wrong_of(code))
    assert prove_phone(PHONE, code) == PHONE


def test_a_new_code_ends_the_former(db: None) -> None:
    send_phone_code(PHONE)
    former = last_code()
    later(minutes=2)
    send_phone_code(PHONE)
    if former != last_code():
        with pytest.raises(NotAllowed):
            prove_phone(PHONE, former)
    assert prove_phone(PHONE, last_code()) == PHONE


def test_the_code_of_one_phone_does_not_open_another(db: None) -> None:
    send_phone_code(PHONE)
    code = last_code()
    with pytest.raises(NotAllowed):
        prove_phone("13900000002", code)


def test_one_code_a_minute_and_ten_a_day(db: None) -> None:
    for _ in range(limits.CODES_PER_DAY):
        send_phone_code(PHONE)
        with pytest.raises(NotAllowed) as caught:
            send_phone_code(PHONE)
        assert 0 < caught.value.details["retry_after"] <= 60
        later(seconds=61)
    with pytest.raises(NotAllowed) as caught:
        send_phone_code(PHONE)
    assert caught.value.details["retry_after"] == 86400
    later(days=1)
    send_phone_code(PHONE)


def test_thirty_codes_an_hour_from_one_address(db: None) -> None:
    for number in range(limits.CODES_PER_ADDRESS):
        send_phone_code(f"139000001{number:02}", "10.0.0.7")
    with pytest.raises(NotAllowed):
        send_phone_code("13900000200", "10.0.0.7")
    send_phone_code("13900000200", "10.0.0.8")
    later(hours=1, seconds=1)
    send_phone_code("13900000201", "10.0.0.7")


def test_an_ipv6_network_is_one_address(db: None) -> None:
    for number in range(limits.CODES_PER_ADDRESS):
        send_phone_code(f"139000001{number:02}", f"2001:db8:0:1::{number:x}")
    with pytest.raises(NotAllowed):
        send_phone_code("13900000200", "2001:db8:0:1:ffff::1%eth0")
    send_phone_code("13900000200", "2001:db8:0:2::1")


@pytest.mark.parametrize(
    ("address", "stored"),
    [("10.0.0.1", "10.0.0.1"), ("::ffff:10.0.0.1", "10.0.0.1"), ("", ""), ("unix:", "unix:"), ("x" * 200, "x" * 100)],
)
def test_addresses_have_one_spelling(address: str, stored: str) -> None:
    assert written(address) == stored


def test_one_address_cannot_guess_on_many_phones(db: None) -> None:
    for number in range(limits.GUESSES_PER_ADDRESS):
        with pytest.raises(NotAllowed, match=REFUSED):
            prove_phone(f"139000001{number:02}", "000000", "10.0.0.7")
    send_phone_code(PHONE)
    with pytest.raises(NotAllowed, match=TOO_MANY):
        prove_phone(PHONE, last_code(), "10.0.0.7")


@pytest.mark.django_db(transaction=True)
def test_ten_requests_at_once_send_one_code() -> None:
    answers = at_once(*[lambda: send_phone_code(PHONE, "10.0.0.1") for _ in range(10)])
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    assert {type(answer) for answer in answers if isinstance(answer, Exception)} == {NotAllowed}
    assert (SignInCode.objects.count(), Delivery.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_code_sent_in_twice_at_once_is_taken_once() -> None:
    send_phone_code(PHONE)
    code = last_code()
    answers = at_once(*[lambda: prove_phone(PHONE, code) for _ in range(4)])
    assert [answer for answer in answers if not isinstance(answer, FlowError)] == [PHONE]


@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_guesses_are_five_tries() -> None:
    send_phone_code(PHONE)
    code = last_code()
    at_once(*[lambda: prove_phone(PHONE, wrong_of(code)) for _ in range(16)])
    assert SignInCode.objects.get().tries >= limits.CODE_TRIES
    with pytest.raises(NotAllowed):
        prove_phone(PHONE, code)
