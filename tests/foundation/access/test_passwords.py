"""Passwords change, are not used again, and other browsers are signed out (F8.05)."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import Account, SecurityEvent
from bangban.foundation.access.passwords import change_password, reset_password, unlock
from bangban.foundation.access.sign_in import sign_in_staff
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from tests.foundation.access.conftest import PASSWORD
from tests.foundation.access.test_sessions import browser, reopened

ADMIN = Actor("staff", "staff:8", staff_id=8, duties=frozenset({"system_admin"}))
SECURITY = Actor("staff", "staff:9", staff_id=9, duties=frozenset({"security_admin"}))


def test_a_changed_password_works_at_once_and_the_old_one_no_more(account: Account) -> None:
    change_password(account.id, PASSWORD, "Blue-Sky-2026")
    assert sign_in_staff("lin", "Blue-Sky-2026").account == account
    with pytest.raises(NotAllowed):
        sign_in_staff("lin", PASSWORD)


def test_other_browsers_are_signed_out(account: Account) -> None:
    here, there = browser(account), browser(account)
    change_password(account.id, PASSWORD, "Blue-Sky-2026", keep_session=here.session_key or "")
    assert (reopened(here).get("account"), reopened(there).get("account")) == (account.id, None)


@pytest.mark.parametrize("weak", ["short1A", "alllowercase", "lin-Abcdefg1", "1234567890"])
def test_weak_ones_are_refused(account: Account, weak: str) -> None:
    with pytest.raises(Incomplete):
        change_password(account.id, PASSWORD, weak)
    assert sign_in_staff("lin", PASSWORD).account == account


def test_the_last_five_cannot_come_back(account: Account) -> None:
    passwords = [PASSWORD, *(f"Blue-Sky-{number}" for number in range(5))]
    for old, new in pairwise(passwords):
        change_password(account.id, old, new)
    for used in passwords[1:]:
        with pytest.raises(Incomplete, match="最近5次"):
            change_password(account.id, passwords[-1], used)
    change_password(account.id, passwords[-1], PASSWORD)


def test_wrong_old_passwords_lock(account: Account) -> None:
    for _ in range(5):
        with pytest.raises(NotAllowed):
            change_password(account.id, "wrong", "Blue-Sky-2026")
    with pytest.raises(NotAllowed):
        change_password(account.id, PASSWORD, "Blue-Sky-2026")
    assert SecurityEvent.objects.filter(kind="password_changed", success=False).count() == 6


def test_changing_renews_the_ninety_days(account: Account) -> None:
    stand_at(now() + timedelta(days=91))
    change_password(account.id, PASSWORD, "Blue-Sky-2026")
    assert not any("密码" in notice for notice in sign_in_staff("lin", "Blue-Sky-2026").notices)


def test_a_given_password_lifts_the_lock_ends_sessions_and_asks_for_change(account: Account) -> None:
    session = browser(account)
    for _ in range(5):
        with pytest.raises(NotAllowed):
            sign_in_staff("lin", "wrong")
    reset_password(ADMIN, account.id, "First-Login-1", reason="本人申请")
    assert reopened(session).get("account") is None
    assert any("初始密码" in notice for notice in sign_in_staff("lin", "First-Login-1").notices)


def test_administrators_keep_to_their_own_work(account: Account) -> None:
    with pytest.raises(NotYours):
        reset_password(SECURITY, account.id, "First-Login-1", reason="x")
    with pytest.raises(NotYours):
        unlock(ADMIN, account.id, reason="x")


def test_a_lock_is_lifted_by_the_security_administrator(account: Account) -> None:
    for _ in range(5):
        with pytest.raises(NotAllowed):
            sign_in_staff("lin", "wrong")
    unlock(SECURITY, account.id, reason="本人当面核实")
    assert sign_in_staff("lin", PASSWORD).account == account
