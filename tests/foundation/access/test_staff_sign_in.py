"""Staff sign in; five failures lock for thirty minutes; nobody learns which accounts exist (F8.05)."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from pytest_django import Settings

from bangban.foundation.access import limits, sign_in
from bangban.foundation.access.accounts import disable, make_account
from bangban.foundation.access.models import Account, AccountKind, SecurityEvent
from bangban.foundation.access.sign_in import sign_in_staff
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from tests.foundation.access.conftest import MORNING, PASSWORD
from tests.foundation.access.together import at_once


def refusal(username: str, password: str, code: str = "", address: str = "") -> str:
    with pytest.raises(NotAllowed) as caught:
        sign_in_staff(username, password, code, address)
    return caught.value.sentence


def test_the_right_password_comes_in_and_is_logged(account: Account) -> None:
    result = sign_in_staff("lin", PASSWORD, address="10.0.0.1", device="Firefox")
    assert result.account == account
    assert not result.second_factor_wanted
    event = SecurityEvent.objects.get(kind="sign_in")
    assert (event.success, event.account_id, event.address, event.detail) == (True, account.id, "10.0.0.1", "Firefox")
    account.refresh_from_db()
    assert account.last_login is not None


def test_empty_fields_are_named(db: None) -> None:
    with pytest.raises(Incomplete) as caught:
        sign_in_staff(" ", "")
    assert set(caught.value.details["fields"]) == {"username", "password"}


def test_unknown_wrong_locked_and_disabled_get_one_sentence(account: Account) -> None:
    sentences = {refusal("nobody", PASSWORD), refusal("lin", "wrong")}
    for _ in range(limits.FAILURES_UNTIL_LOCK):
        sentences.add(refusal("lin", "wrong"))
    sentences.add(refusal("lin", PASSWORD))
    disable(make_account("gone", AccountKind.STAFF, "离岗", PASSWORD))
    sentences.add(refusal("gone", PASSWORD))
    assert sentences == {sign_in.REFUSED}


def test_five_failures_lock_for_thirty_minutes(account: Account) -> None:
    for _ in range(4):
        refusal("lin", "wrong")
    assert sign_in_staff("lin", PASSWORD).account == account, "four failures do not lock"
    for _ in range(5):
        refusal("lin", "wrong")
    refusal("lin", PASSWORD)
    stand_at(now() + timedelta(minutes=29))
    refusal("lin", PASSWORD)
    stand_at(now() + timedelta(minutes=2))
    assert sign_in_staff("lin", PASSWORD).account == account
    assert SecurityEvent.objects.filter(kind="lockout", account=account).count() == 1


def test_guessing_while_locked_does_not_prolong_the_lock(account: Account) -> None:
    for _ in range(5):
        refusal("lin", "wrong")
    stand_at(now() + timedelta(minutes=20))
    refusal("lin", "wrong")
    stand_at(now() + timedelta(minutes=11))
    assert sign_in_staff("lin", PASSWORD).account == account


def test_after_a_lock_the_count_begins_anew(account: Account) -> None:
    for _ in range(5):
        refusal("lin", "wrong")
    stand_at(now() + timedelta(minutes=31))
    refusal("lin", "wrong")
    assert sign_in_staff("lin", PASSWORD).account == account


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_are_all_counted() -> None:
    account = make_account("lin", AccountKind.STAFF, "林引导", PASSWORD)
    answers = at_once(*[lambda: sign_in_staff("lin", "wrong") for _ in range(8)])
    assert all(isinstance(answer, NotAllowed) for answer in answers)
    account.refresh_from_db()
    assert account.locked_until is not None
    assert SecurityEvent.objects.filter(kind="lockout").count() == 1
    details = list(SecurityEvent.objects.filter(kind="sign_in").values_list("detail", flat=True))
    assert sorted(details) == ["locked"] * 3 + ["password"] * 5, "only five guesses were judged"


@pytest.mark.django_db(transaction=True)
def test_a_failure_inside_a_transaction_is_refused_before_it_can_be_undone() -> None:
    from django.db import transaction

    make_account("lin", AccountKind.STAFF, "林引导", PASSWORD)
    with pytest.raises(RuntimeError), transaction.atomic():
        sign_in_staff("lin", "wrong")


def test_one_address_cannot_try_one_password_on_many_names(db: None) -> None:
    for number in range(limits.FAILURES_PER_ADDRESS):
        refusal(f"name{number}", "Summer-2026", address="10.9.9.9")
    assert refusal("another", "Summer-2026", address="10.9.9.9") == sign_in.TOO_MANY
    assert refusal("another", "Summer-2026", address="10.1.1.1") == sign_in.REFUSED
    stand_at(now() + timedelta(minutes=11))
    assert refusal("another", "Summer-2026", address="10.9.9.9") == sign_in.REFUSED


def test_the_log_never_keeps_what_was_typed_as_a_name(db: None) -> None:
    refusal("MySecretPassword1!", "x")
    event = SecurityEvent.objects.get()
    assert "MySecret" not in f"{event.subject}{event.detail}{event.reason}"
    assert event.subject.startswith("name:")


def test_service_users_have_no_password_door(db: None) -> None:
    make_account("citizen", AccountKind.USER, "张三", PASSWORD)
    assert refusal("citizen", PASSWORD) == sign_in.REFUSED


@pytest.mark.django_db
def test_an_unknown_name_costs_as_much_time_as_a_wrong_password(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    make_account("lin", AccountKind.STAFF, "林引导", PASSWORD)
    refusal("warm-up", "wrong")

    def cost(name: str) -> float:
        begin = time.process_time()
        refusal(name, "wrong")
        return time.process_time() - begin

    known, unknown = min(cost("lin") for _ in range(3)), min(cost("nobody") for _ in range(3))
    assert 0.5 < known / unknown < 2


def test_an_old_password_is_noticed(account: Account) -> None:
    Account.objects.update(password_changed_at=MORNING - timedelta(days=80))
    assert any("天后到期" in notice for notice in sign_in_staff("lin", PASSWORD).notices)
    Account.objects.update(password_changed_at=MORNING - timedelta(days=91))
    assert any("超过90天" in notice for notice in sign_in_staff("lin", PASSWORD).notices)
    Account.objects.update(password_changed_at=None)
    assert any("初始密码" in notice for notice in sign_in_staff("lin", PASSWORD).notices)
