"""Passwords change: checked, never one of the last five, noticed when ninety days old (F8.05)."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import check_password as fits_hash
from django.contrib.auth.hashers import make_password
from django.db import transaction

from bangban.foundation.access import limits, sessions
from bangban.foundation.access.accounts import check_password
from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.lockout import clear_failures, count_failure, locked
from bangban.foundation.access.models import Account
from bangban.foundation.access.security_log import note
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours

WRONG = "原密码不正确，或账号已被锁定（连续失败5次锁定30分钟）。"
USED_BEFORE = "不能使用最近5次用过的密码。"


def password_notices(account: Account, at: datetime) -> list[str]:
    """Return what its owner should know about the age of a password; empty while it is young."""
    if account.password_changed_at is None:
        return ["您正在使用初始密码，请立即修改。"]
    left = account.password_changed_at + limits.PASSWORD_LIFE - at
    if left.total_seconds() <= 0:
        return ["密码已超过90天未更换，请立即修改。"]
    return [f"密码将在{max(left.days, 1)}天后到期，请及时修改。"] if left <= limits.PASSWORD_WARNING else []


def change_password(account_id: int, old: str, new: str, *, address: str = "", keep_session: str = "") -> None:
    """Change the own password; all other sessions of the account end.

    Raises NotAllowed for a wrong old password (it counts towards the lock-out) and Incomplete for a weak or used new
    one. Must not run inside a transaction.
    """
    at = now()
    with transaction.atomic(durable=True):
        account = Account.objects.select_for_update().get(id=account_id)
        right = not locked(account, at) and fits_hash(old, account.password)
        wrong = (check_password(new, account.username) or _used_before(account, new)) if right else WRONG
        if not right and not locked(account, at):
            count_failure(account, at, address)
        if not wrong:
            clear_failures(account)
            _set(account, new, at)
            sessions.end_all(account.id, keep=keep_session)
        if not wrong or not right:
            note(
                "password_changed", success=not wrong, account_id=account.id, subject=f"account:{account.id}",
                address=address, at=at,
            )  # fmt: skip
    if wrong:
        raise Incomplete(wrong, fields={"new": wrong}) if right else NotAllowed(wrong)


def reset_password(actor: Actor, account_id: int, new: str, *, reason: str, address: str = "") -> None:
    """Give an account a first password again; its owner is told to change it. Sessions end, the lock is lifted.

    The system administrator's work. Raises NotYours without the duty, Incomplete for a weak password.
    """
    account = Account.objects.filter(id=account_id).first() if may(actor, "accounts.manage") else None
    if account is None:
        raise NotYours("没有找到这个账号。")
    if wrong := check_password(new, account.username):
        raise Incomplete(wrong, fields={"new": wrong})
    with transaction.atomic():
        account = Account.objects.select_for_update().get(id=account_id)
        clear_failures(account)
        _set(account, new, None)
        sessions.end_all(account.id)
        note(
            "password_reset",
            account_id=actor.account_id,
            subject=f"account:{account.id}",
            address=address,
            reason=reason,
        )


def unlock(actor: Actor, account_id: int, *, reason: str, address: str = "") -> None:
    """Lift a lock before its thirty minutes are over; the security administrator's work."""
    if not may(actor, "sign_in.reset"):
        raise NotYours("没有找到这个账号。")
    with transaction.atomic():
        account = Account.objects.select_for_update().filter(id=account_id).first()
        if account is None:
            raise NotYours("没有找到这个账号。")
        clear_failures(account)
        note("unlock", account_id=actor.account_id, subject=f"account:{account.id}", address=address, reason=reason)


def _used_before(account: Account, new: str) -> str:
    former = [account.password, *account.former_passwords][: limits.FORMER_PASSWORDS]
    return USED_BEFORE if any(fits_hash(new, known) for known in former) else ""


def _set(account: Account, new: str, changed_at: datetime | None) -> None:
    account.former_passwords = [account.password, *account.former_passwords][: limits.FORMER_PASSWORDS - 1]
    account.password, account.password_changed_at = make_password(new), changed_at
    account.save(update_fields=["password", "former_passwords", "password_changed_at"])
