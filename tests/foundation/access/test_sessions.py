"""Sessions: a new key at sign-in, listed, ended, and over when the chair is empty (F8.01, F8.05)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.access import sessions
from bangban.foundation.access.accounts import disable, make_account
from bangban.foundation.access.models import Account, AccountKind, SecurityEvent, Session
from bangban.foundation.access.session_store import SessionStore
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import NotYours


def browser(account: Account, device: str = "Firefox") -> SessionStore:
    """Return the saved session of a browser that has just signed in."""
    session = SessionStore()
    session["case_codes"] = ["abc"]
    session.save()
    sessions.begin(session, account, device)
    session.save()
    return session


def reopened(session: SessionStore) -> SessionStore:
    return SessionStore(session_key=session.session_key)


@pytest.fixture
def citizen(db: None) -> Account:
    return make_account("user-1", AccountKind.USER, "139****0001")


def test_signing_in_gives_a_new_key(account: Account) -> None:
    session = SessionStore()
    session.save()
    before = session.session_key
    sessions.begin(session, account)
    session.save()
    assert session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_citizen_keeps_the_case_codes_of_the_browser_and_staff_do_not(account: Account, citizen: Account) -> None:
    assert reopened(browser(citizen)).get("case_codes") == ["abc"]
    assert reopened(browser(account)).get("case_codes") is None


def test_another_account_begins_with_nothing(citizen: Account) -> None:
    session = browser(citizen)
    sessions.begin(session, make_account("user-2", AccountKind.USER, "139****0002"))
    session.save()
    assert reopened(session).get("case_codes") is None


def test_saving_twice_keeps_the_start(account: Account) -> None:
    session = browser(account)
    begun = Session.objects.get(session_key=session.session_key).started_at
    stand_at(now() + timedelta(minutes=5))
    session["anything"] = 1
    session.save()
    row = Session.objects.get(session_key=session.session_key)
    assert (row.started_at, row.account_id, row.device) == (begun, account.id, "Firefox")
    assert row.seen_at > begun


def test_staff_are_out_after_thirty_idle_minutes(account: Account) -> None:
    session = browser(account)
    stand_at(now() + timedelta(minutes=29))
    assert reopened(session).get("account") == account.id
    stand_at(now() + timedelta(minutes=2))
    assert reopened(session).get("account") is None
    assert SecurityEvent.objects.filter(kind="idle_logout", account=account).count() == 1
    assert not Session.objects.exists()


def test_doing_something_keeps_the_session(account: Account) -> None:
    session = browser(account)
    for _ in range(3):
        stand_at(now() + timedelta(minutes=25))
        again = reopened(session)
        assert again.get("account") == account.id
        sessions.keep_alive(again)


def test_looking_does_not_count_as_doing(account: Account) -> None:
    """A stream that asks again every few minutes must not keep an empty chair signed in."""
    session = browser(account)
    for _ in range(6):
        stand_at(now() + timedelta(minutes=5, seconds=1))
        again = reopened(session).get("account")
    assert again is None


def test_keeping_alive_writes_once_a_minute(account: Account) -> None:
    session = browser(account)
    seen = Session.objects.get().seen_at
    stand_at(now() + timedelta(seconds=30))
    sessions.keep_alive(session)
    assert Session.objects.get().seen_at == seen


def test_citizens_have_twelve_hours(citizen: Account) -> None:
    session = browser(citizen)
    stand_at(now() + timedelta(hours=11))
    assert reopened(session).get("account") == citizen.id


def test_owners_see_their_sessions_without_the_keys(account: Account) -> None:
    first, second = browser(account, "Firefox"), browser(account, "Edge")
    views = sessions.sessions_of(account.id, second.session_key or "")
    assert {(view.device, view.current) for view in views} == {("Firefox", False), ("Edge", True)}
    assert not {view.reference for view in views} & {first.session_key, second.session_key}


def test_one_session_is_ended_by_its_reference(account: Account) -> None:
    first, second = browser(account, "Firefox"), browser(account, "Edge")
    reference = next(view.reference for view in sessions.sessions_of(account.id) if view.device == "Firefox")
    sessions.end(account.id, reference)
    assert reopened(first).get("account") is None
    assert reopened(second).get("account") == account.id


def test_nobody_ends_a_stranger_s_session(account: Account, citizen: Account) -> None:
    browser(account)
    reference = sessions.sessions_of(account.id)[0].reference
    with pytest.raises(NotYours):
        sessions.end(citizen.id, reference)


def test_all_others_end_at_once(account: Account) -> None:
    first, second = browser(account), browser(account)
    assert sessions.end_all(account.id, keep=second.session_key or "") == 1
    assert (reopened(first).get("account"), reopened(second).get("account")) == (None, account.id)


@pytest.mark.clause("T637-6.1.6-c")
def test_a_disabled_account_loses_all_sessions_at_once(account: Account) -> None:
    session = browser(account)
    disable(account)
    assert reopened(session).get("account") is None


def test_signing_out_forgets_everything(account: Account) -> None:
    session = browser(account)
    key = session.session_key
    sessions.sign_out(session, "10.0.0.1")
    assert not Session.objects.filter(session_key=key).exists()
    assert SecurityEvent.objects.get(kind="sign_out").address == "10.0.0.1"
