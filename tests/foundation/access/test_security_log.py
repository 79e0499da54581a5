"""What is logged stays, a look at personal data is known to the person, only auditors read the log (F8.03, F8.16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from bangban.foundation.access import reveals, undertaking
from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import Account, SecurityEvent
from bangban.foundation.access.reads import Wanted, own_sign_ins, security_log
from bangban.foundation.access.reveals import access_history, reveal
from bangban.foundation.access.security_log import note
from bangban.foundation.access.sign_in import sign_in_staff
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from tests.foundation.access.conftest import PASSWORD

AUDITOR = Actor("staff", "staff:7", staff_id=7, duties=frozenset({"audit_admin"}))


@pytest.fixture
def clerk(account: Account) -> Actor:
    return Actor("staff", "staff:1", "林引导", account_id=account.id, staff_id=1, duties=frozenset({"triage_agent"}))


def test_lines_cannot_be_changed_or_removed(db: None) -> None:
    note("sign_in", subject="account:1", at=datetime.now(UTC))  # the database goes by its own clock
    for attempt in (lambda: SecurityEvent.objects.update(success=False), lambda: SecurityEvent.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    assert SecurityEvent.objects.get().success


def test_lines_older_than_six_months_may_go(db: None) -> None:
    note("sign_in", subject="account:1", at=datetime.now(UTC) - timedelta(days=400))
    assert SecurityEvent.objects.all().delete()[0] == 1


def test_an_account_may_go_and_its_lines_stay(account: Account) -> None:
    note("sign_in", account_id=account.id, subject=f"account:{account.id}")
    account.delete()
    assert SecurityEvent.objects.get().account_id is None


def test_an_unknown_kind_is_a_mistake(db: None) -> None:
    with pytest.raises(LookupError):
        note("signin")


@pytest.mark.clause("T637-5-g")
def test_a_reveal_is_logged_before_the_value_is_given(clerk: Actor) -> None:
    seen: list[int] = []

    def read() -> str:
        seen.append(SecurityEvent.objects.filter(kind="reveal").count())
        return "13900000001"

    assert reveal(clerk, "person:5", "phone", "核对联系方式", read, "10.0.0.1") == "13900000001"
    event = SecurityEvent.objects.get(kind="reveal")
    assert seen == [1]
    assert (event.account_id, event.subject, event.detail, event.reason) == (
        clerk.account_id, "person:5", "phone", "核对联系方式",
    )  # fmt: skip
    assert "139" not in f"{event.subject}{event.detail}{event.reason}"


@pytest.mark.parametrize("reason", ["", "   ", "看看"])
def test_without_a_reason_nothing_is_shown(clerk: Actor, reason: str) -> None:
    with pytest.raises(Incomplete):
        reveal(clerk, "person:5", "phone", reason, lambda: pytest.fail("read"))


@pytest.mark.parametrize("duty", ["knowledge_editor", "system_admin", "audit_admin", "advisor"])
def test_without_the_duty_nothing_is_shown(db: None, duty: str) -> None:
    actor = Actor("staff", "staff:2", staff_id=2, duties=frozenset({duty}))
    with pytest.raises(NotYours):
        reveal(actor, "person:5", "phone", "核对联系方式", lambda: pytest.fail("read"))
    assert not SecurityEvent.objects.exists()


def test_citizens_and_guests_reveal_nothing(db: None) -> None:
    with pytest.raises(NotYours):
        reveal(Actor("user", "user:1", person_id=5), "person:5", "phone", "核对联系方式", lambda: pytest.fail("read"))


def test_the_person_reads_who_looked_and_why(clerk: Actor) -> None:
    reveal(clerk, "person:5", "phone", "核对联系方式", str)
    reveal(clerk, "case:OC1", "id_number", "核对身份信息", str)
    reveal(clerk, "person:6", "phone", "核对联系方式", str)
    history = access_history(["person:5", "case:OC1"])
    assert [(line.who, line.field, line.reason) for line in history] == [
        ("林引导", "证件号码", "核对身份信息"),
        ("林引导", "手机号码", "核对联系方式"),
    ]


def test_every_field_of_a_reveal_has_a_chinese_name() -> None:
    assert all(reveals.FIELDS.values())


def test_only_the_audit_administrator_reads_the_log(clerk: Actor) -> None:
    sign_in_staff("lin", PASSWORD, address="10.0.0.1")
    with pytest.raises(NotYours):
        security_log(clerk, Wanted())
    line = security_log(AUDITOR, Wanted(kind="sign_in"))[0]
    assert (line.label, line.who, line.address, line.success) == ("登录", "林引导", "10.0.0.1", True)


def test_the_log_is_filtered_and_paged(db: None) -> None:
    for number in range(5):
        note("sign_in", success=number % 2 == 0, subject=f"account:{number}", address="10.0.0.1")
    assert len(security_log(AUDITOR, Wanted(failures_only=True))) == 2
    first = security_log(AUDITOR, Wanted(address="10.0.0.1"), limit=3)
    rest = security_log(AUDITOR, Wanted(address="10.0.0.1"), after=first[-1].id)
    assert [line.subject for line in first + rest] == [f"account:{number}" for number in (4, 3, 2, 1, 0)]


def test_owners_see_their_own_sign_ins(account: Account) -> None:
    sign_in_staff("lin", PASSWORD)
    with pytest.raises(NotAllowed):
        sign_in_staff("lin", "wrong")
    assert [line.success for line in own_sign_ins(account.id)] == [False, True]


@pytest.mark.clause("T637-6.2.3-b")
def test_case_data_waits_for_the_undertaking(account: Account) -> None:
    assert undertaking.needs_undertaking(account)
    assert sign_in_staff("lin", PASSWORD).undertaking_wanted
    with pytest.raises(NotAllowed) as caught:
        undertaking.require_undertaking(account)
    assert caught.value.details["needs"] == "undertaking"
    with pytest.raises(Incomplete):
        undertaking.accept_undertaking(account.id, "1999-1")
    undertaking.accept_undertaking(account.id, undertaking.VERSION, "10.0.0.1")
    account.refresh_from_db()
    undertaking.require_undertaking(account)
    assert not sign_in_staff("lin", PASSWORD).undertaking_wanted


def test_the_date_of_the_undertaking_does_not_move(account: Account) -> None:
    undertaking.accept_undertaking(account.id, undertaking.VERSION)
    undertaking.accept_undertaking(account.id, undertaking.VERSION)
    assert SecurityEvent.objects.filter(kind="undertaking").count() == 1
