"""The second factor: in force after a first code, each code once, reset only by the security administrator (F8.01)."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from bangban.foundation.access import second_factor
from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import Account, SecurityEvent
from bangban.foundation.access.sign_in import REFUSED, sign_in_staff
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import NotAllowed, NotYours
from tests.foundation.access.conftest import PASSWORD


def code_of(secret: str, seconds: int = 0) -> str:
    return pyotp.TOTP(secret).at(now() + timedelta(seconds=seconds))


@pytest.fixture
def secret(account: Account) -> str:
    """An enrolled account's secret; time has moved on, so its first code is used and gone."""
    enrolment = second_factor.enrol(account)
    second_factor.confirm(account.id, code_of(enrolment.secret))
    stand_at(now() + timedelta(minutes=2))
    return enrolment.secret


def test_enrolment_shows_secret_address_and_picture(account: Account) -> None:
    enrolment = second_factor.enrol(account)
    assert enrolment.uri.startswith("otpauth://totp/Bangban:lin?secret=" + enrolment.secret)
    assert enrolment.qr.startswith("data:image/svg+xml")


def test_an_unconfirmed_secret_asks_nobody_for_codes(account: Account) -> None:
    second_factor.enrol(account)
    assert sign_in_staff("lin", PASSWORD).account == account


def test_a_wrong_first_code_confirms_nothing(account: Account) -> None:
    second_factor.enrol(account)
    with pytest.raises(NotAllowed):
        second_factor.confirm(account.id, "000000x")
    account.refresh_from_db()
    assert not second_factor.is_enrolled(account)


def test_once_in_force_the_password_alone_is_not_enough(account: Account, secret: str) -> None:
    half = sign_in_staff("lin", PASSWORD)
    assert (half.account, half.second_factor_wanted) == (None, True)
    assert sign_in_staff("lin", PASSWORD, code_of(secret)).account == account


def test_the_second_factor_is_asked_for_only_after_the_right_password(account: Account, secret: str) -> None:
    with pytest.raises(NotAllowed, match="不正确"):
        sign_in_staff("lin", "wrong")


def test_a_code_opens_once(account: Account, secret: str) -> None:
    code = code_of(secret)
    sign_in_staff("lin", PASSWORD, code)
    with pytest.raises(NotAllowed):
        sign_in_staff("lin", PASSWORD, code)


def test_an_older_code_does_not_follow_a_newer_one(account: Account, secret: str) -> None:
    sign_in_staff("lin", PASSWORD, code_of(secret))
    with pytest.raises(NotAllowed):
        sign_in_staff("lin", PASSWORD, code_of(secret, -30))


@pytest.mark.parametrize(("seconds", "fits"), [(-30, True), (30, True), (-61, False), (61, False)])
def test_a_phone_may_be_half_a_minute_off(account: Account, secret: str, seconds: int, fits: bool) -> None:
    stand_at(now().replace(second=30, microsecond=0))
    step = second_factor.fitting_step(secret, code_of(secret, seconds), now(), 0)
    assert (step is not None) is fits


def test_five_wrong_codes_lock_the_account(account: Account, secret: str) -> None:
    for _ in range(5):
        with pytest.raises(NotAllowed, match="连续失败5次"):
            sign_in_staff("lin", PASSWORD, "000000x")
    with pytest.raises(NotAllowed) as caught:
        sign_in_staff("lin", PASSWORD, code_of(secret))
    assert caught.value.sentence == REFUSED


def test_the_secret_stands_sealed_in_the_database(account: Account, secret: str) -> None:
    raw = Account.objects.extra(select={"raw": "totp_secret"}).values_list("raw", flat=True)[0]
    assert secret.encode() not in bytes(raw)


def test_a_second_enrolment_needs_the_first_one_off(account: Account, secret: str) -> None:
    with pytest.raises(NotAllowed):
        second_factor.enrol(account)
    second_factor.disable(account.id, code_of(secret))
    second_factor.enrol(account)


def test_disabling_needs_a_code_and_wrong_ones_lock(account: Account, secret: str) -> None:
    for _ in range(5):
        with pytest.raises(NotAllowed):
            second_factor.disable(account.id, "000000x")
    with pytest.raises(NotAllowed):
        second_factor.disable(account.id, code_of(secret))
    account.refresh_from_db()
    assert second_factor.is_enrolled(account)


def test_only_the_security_administrator_resets_it(account: Account, secret: str) -> None:
    system = Actor("staff", "staff:8", staff_id=8, duties=frozenset({"system_admin"}))
    security = Actor("staff", "staff:9", staff_id=9, duties=frozenset({"security_admin"}))
    with pytest.raises(NotYours):
        second_factor.reset(system, account.id, "手机丢失")
    second_factor.reset(security, account.id, "手机丢失")
    account.refresh_from_db()
    assert not second_factor.is_enrolled(account)
    assert SecurityEvent.objects.get(kind="second_factor_reset").reason == "手机丢失"
