"""Staff sign in with name, password and, once enrolled, a second factor (F8.01, F8.05, T637-6.1.2-a).

Every refusal has the same sentence and costs the same time, so nobody learns whether an account exists or is locked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from bangban.foundation.access import limits
from bangban.foundation.access.lockout import clear_failures, count_failure, locked
from bangban.foundation.access.models import Account, AccountKind
from bangban.foundation.access.passwords import password_notices
from bangban.foundation.access.second_factor import accept_code, is_enrolled
from bangban.foundation.access.security_log import lines_from, note, subject_of_name
from bangban.foundation.access.undertaking import needs_undertaking
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed

REFUSED = (
    "账号、密码或动态口令不正确，或账号已被锁定（连续失败5次锁定30分钟）。"
    "请核对后再试；仍无法登录，请联系本单位系统管理员。"
)
TOO_MANY = "尝试次数过多，请10分钟后再试。"
NO_SECOND_FACTOR = "尚未启用动态口令，请在“账号安全”中启用。"


@dataclass(frozen=True)
class SignIn:
    """How a sign-in went: an account to begin a session with, or the wish for the second factor."""

    account: Account | None
    second_factor_wanted: bool = False
    undertaking_wanted: bool = False
    notices: tuple[str, ...] = ()


def sign_in_staff(username: str, password: str, code: str = "", address: str = "", device: str = "") -> SignIn:
    """Check a member of staff; the caller begins the session with `sessions.begin`.

    Without `code` an enrolled account gets `second_factor_wanted`. Raises Incomplete for empty fields and NotAllowed
    with one sentence for everything else. Must not run inside a transaction: failures commit before they are raised.
    """
    username, code = username.strip(), code.strip()
    missing = {"username": "请填写账号。"} if not username else {}
    if missing := {**missing, **({} if password else {"password": "请填写密码。"})}:
        raise Incomplete("请填写账号和密码。", fields=missing)
    at = now()
    if lines_from(address, "sign_in", at, limits.FAILURE_WINDOW, success=False) >= limits.FAILURES_PER_ADDRESS:
        raise NotAllowed(TOO_MANY, retry_after=int(limits.FAILURE_WINDOW.total_seconds()))
    known = Account.objects.filter(username=username, kind=AccountKind.STAFF).first()
    # The slow comparison runs before the row is locked, and for nobody's password when there is no account.
    decoy = _decoy()
    fits = check_password(password, known.password if known and known.has_usable_password() else decoy)
    if known is None:
        note("sign_in", success=False, subject=subject_of_name(username), address=address, detail="unknown", at=at)
        raise NotAllowed(REFUSED)
    return _judge(known, fits, code, at, address, device)


def _judge(known: Account, fits: bool, code: str, at: datetime, address: str, device: str) -> SignIn:
    with transaction.atomic(durable=True):
        account = Account.objects.select_for_update().get(id=known.id)
        why = _objection(account, fits and account.password == known.password, code, at)
        if why == "second_factor":
            note("second_factor_asked", account_id=account.id, subject=f"account:{account.id}", address=address, at=at)
            return SignIn(None, second_factor_wanted=True)
        note(
            "sign_in", success=not why, account_id=account.id, subject=f"account:{account.id}", address=address,
            detail=why or device, at=at,
        )  # fmt: skip
        if why and why != "locked":
            count_failure(account, at, address)
        elif not why:
            clear_failures(account)
            account.last_login = at
            account.save(update_fields=["last_login"])
    if why:
        raise NotAllowed(REFUSED)
    notices = [*password_notices(account, at), *([] if is_enrolled(account) else [NO_SECOND_FACTOR])]
    return SignIn(account, undertaking_wanted=needs_undertaking(account), notices=tuple(notices))


def _objection(account: Account, fits: bool, code: str, at: datetime) -> str:
    if locked(account, at):
        return "locked"
    if not fits:
        return "password"
    if not account.is_active:
        return "disabled"
    if is_enrolled(account) and not code:
        return "second_factor"
    return "" if not is_enrolled(account) or accept_code(account, code, at) else "code"


@lru_cache(maxsize=1)
def _decoy() -> str:
    """Return a password hash that nothing fits, made once with the same cost as real ones."""
    return make_password("bangban-decoy")
