"""Sessions of signed-in browsers: begun with a new key, seen, listed, ended (F8.01, F8.05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from bangban.foundation.access import limits
from bangban.foundation.access.models import Account, AccountKind, Session
from bangban.foundation.access.security_log import note
from bangban.foundation.access.session_store import ACCOUNT, DEVICE, STARTED
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import NotYours
from bangban.foundation.privacy.crypto import digest


def begin(session: SessionBase, account: Account, device: str = "") -> None:
    """Make a browser's session that of an account, under a new key.

    A service user keeps the case codes that this browser has shown; staff begin with nothing, and so does whoever
    follows another account.
    """
    if account.kind == AccountKind.STAFF or session.get(ACCOUNT) not in (None, account.id):
        session.flush()
    else:
        session.cycle_key()
    session[ACCOUNT], session[DEVICE], session[STARTED] = account.id, device[:200], now().isoformat()


def sign_out(session: SessionBase, address: str = "") -> None:
    """End this browser's session and forget all it held."""
    account_id = session.get(ACCOUNT)
    session.flush()
    if account_id:
        note("sign_out", account_id=account_id, subject=f"account:{account_id}", address=address)


def keep_alive(session: SessionBase) -> None:
    """Note that a person did something; writes once a minute at most.

    For page requests of people only: streams, polls and presence must not keep an empty chair signed in.
    """
    if session.session_key and session.get(ACCOUNT):
        at = now()
        Session.objects.filter(session_key=session.session_key, seen_at__lt=at - limits.SEEN_EVERY).update(seen_at=at)


def idle_limit(kind: str) -> timedelta:
    """Return how long an account of a kind may do nothing."""
    return limits.IDLE_STAFF if kind == AccountKind.STAFF else limits.IDLE_USER


@dataclass(frozen=True)
class SessionView:
    """One signed-in browser as its owner sees it; `reference` names it without giving its key away."""

    reference: str
    device: str
    started_at: datetime
    seen_at: datetime
    current: bool


def sessions_of(account_id: int, current_key: str = "") -> list[SessionView]:
    """Return an account's live sessions, the latest seen first."""
    at = now()
    rows = Session.objects.filter(account_id=account_id).select_related("account").order_by("-seen_at")
    return [
        SessionView(
            _reference(row.session_key), row.device, row.started_at, row.seen_at, row.session_key == current_key
        )
        for row in rows
        if row.account and row.seen_at > at - idle_limit(row.account.kind)
    ]


def end(account_id: int, reference: str, address: str = "") -> None:
    """End one of the account's own sessions; NotYours for one that it does not have."""
    for row in Session.objects.filter(account_id=account_id):
        if _reference(row.session_key) == reference:
            with transaction.atomic():
                row.delete()
                note("session_ended", account_id=account_id, subject=f"account:{account_id}", address=address)
            return
    raise NotYours("没有找到这个会话，可能已经结束。")


def end_all(account_id: int, *, keep: str = "", address: str = "") -> int:
    """End all sessions of an account but the one with key `keep`; returns how many."""
    count, _ = Session.objects.filter(account_id=account_id).exclude(session_key=keep).delete()
    if count:
        note(
            "session_ended", account_id=account_id, subject=f"account:{account_id}", address=address, detail=str(count)
        )
    return count


def _reference(key: str) -> str:
    return digest(key.encode()).hex()[:16]
