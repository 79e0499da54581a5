"""The second factor of staff: one-time passwords by time (RFC 6238), each accepted once (F8.01)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.lockout import clear_failures, count_failure, locked
from bangban.foundation.access.models import Account
from bangban.foundation.access.security_log import note
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import NotAllowed, NotYours

ISSUER = "Bangban"
STEP_SECONDS = 30
# Phones are rarely more than half a minute off.
NEIGHBOURS = (0, -1, 1)
WRONG = "动态口令不正确，请输入手机上最新的6位数字；如果一直不对，请把手机时间设为自动校准。"


@dataclass(frozen=True)
class Enrolment:
    """What the authenticator app needs, shown once: the secret as text, as address, and as QR image (data URI)."""

    secret: str
    uri: str
    qr: str


def is_enrolled(account: Account) -> bool:
    """Tell whether the account has a confirmed second factor."""
    return bool(account.totp_secret)


def fitting_step(secret: str, code: str, at: datetime, last_step: int) -> int | None:
    """Return the time step that a code belongs to; None for a wrong, old or already used one."""
    totp, current = pyotp.TOTP(secret), int(at.timestamp()) // STEP_SECONDS
    given, found = code.replace(" ", "").encode(), None
    for step in (current + neighbour for neighbour in NEIGHBOURS):
        if hmac.compare_digest(totp.generate_otp(step).encode(), given) and step > last_step:
            found = step
    return found


def accept_code(account: Account, code: str, at: datetime) -> bool:
    """Check a code against a locked row and use it up, so that a code seen by others is worthless."""
    step = fitting_step(account.totp_secret, code, at, account.totp_step)
    if step is None:
        return False
    account.totp_step = step
    account.save(update_fields=["totp_step"])
    return True


def enrol(account: Account) -> Enrolment:
    """Make a new secret; it counts only after `confirm`. Raises NotAllowed when one is in force."""
    secret = pyotp.random_base32()
    if not Account.objects.filter(id=account.id, totp_secret="").update(totp_pending=secret):
        raise NotAllowed("动态口令已经启用；更换手机请先停用，再重新启用。")
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.username, issuer_name=ISSUER)
    return Enrolment(secret, uri, segno.make(uri).svg_data_uri(scale=4))


def confirm(account_id: int, code: str, address: str = "") -> None:
    """Put the enrolled secret into force with a first code; raises NotAllowed for a wrong one."""
    at = now()
    with transaction.atomic():
        account = Account.objects.select_for_update().get(id=account_id)
        step = fitting_step(account.totp_pending, code, at, 0) if account.totp_pending else None
        if step is None:
            raise NotAllowed(WRONG)
        account.totp_secret, account.totp_pending, account.totp_step = account.totp_pending, "", step
        account.save(update_fields=["totp_secret", "totp_pending", "totp_step"])
        note("second_factor_on", account_id=account.id, subject=f"account:{account.id}", address=address, at=at)


def disable(account_id: int, code: str, address: str = "") -> None:
    """Take the own second factor out of force with a current code; wrong codes count towards the lock-out."""
    at = now()
    with transaction.atomic(durable=True):
        account = Account.objects.select_for_update().get(id=account_id)
        fits = not locked(account, at) and is_enrolled(account) and accept_code(account, code, at)
        if fits:
            clear_failures(account)
            _forget(account)
        elif not locked(account, at):
            count_failure(account, at, address)
        note(
            "second_factor_off",
            success=fits,
            account_id=account.id,
            subject=f"account:{account.id}",
            address=address,
            at=at,
        )
    if not fits:
        raise NotAllowed(WRONG)


def reset(actor: Actor, account_id: int, reason: str, address: str = "") -> None:
    """Take a colleague's second factor out of force (lost phone); the security administrator's work (F8.06)."""
    if not may(actor, "sign_in.reset"):
        raise NotYours("没有找到这个账号。")
    with transaction.atomic():
        account = Account.objects.select_for_update().filter(id=account_id).first()
        if account is None:
            raise NotYours("没有找到这个账号。")
        _forget(account)
        note(
            "second_factor_reset",
            account_id=actor.account_id,
            subject=f"account:{account.id}",
            address=address,
            reason=reason,
        )


def _forget(account: Account) -> None:
    account.totp_secret = account.totp_pending = ""
    account.save(update_fields=["totp_secret", "totp_pending"])
