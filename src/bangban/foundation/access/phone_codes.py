"""One-time codes that prove a phone: sent rarely, guessed hardly, used once (F8.01, BJP-4).

Nothing here depends on whether the phone has an account, so nobody learns it.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from django.db import transaction

from bangban.foundation.access import limits
from bangban.foundation.access.addresses import NETWORK, written
from bangban.foundation.access.locks import hold
from bangban.foundation.access.models import SignInCode
from bangban.foundation.access.phones import WRONG, clean_phone
from bangban.foundation.access.security_log import lines_from, note, subject_of_phone
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.ledger.writes import Writes
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Channel
from bangban.foundation.privacy.crypto import blind_index

TEXT = "您的验证码是{code}，10分钟内有效。请勿告诉他人，工作人员不会向您索要验证码。"
REFUSED = "验证码不正确或已过期，请核对最新一条短信；输错5次后须重新获取。"
TOO_MANY = "验证码尝试次数过多，请一小时后再试。"


@dataclass(frozen=True)
class CodeSent:
    """What the page tells: seconds until another code may be asked for, and minutes that this one is good for."""

    again_after: int
    good_for: int


def send_phone_code(phone: str, address: str = "") -> CodeSent:
    """Queue a code by SMS; an earlier one ends.

    Raises Incomplete for no mobile number, NotAllowed with `retry_after` seconds beyond one a minute and ten a day for
    a phone, thirty an hour for an address.
    """
    number = clean_phone(phone)
    if not number:
        raise Incomplete(WRONG, fields={"phone": WRONG})
    at, code = now(), f"{secrets.randbelow(10**limits.CODE_DIGITS):0{limits.CODE_DIGITS}}"
    with transaction.atomic():
        if address:
            hold(f"codes from {written(address)[:NETWORK]}")
        hold(subject_of_phone(number))
        _check_limits(number, address, at)
        _queue(number, code, at)
        note("code_sent", subject=subject_of_phone(number), address=address, at=at)
    return CodeSent(int(limits.CODE_PAUSE.total_seconds()), int(limits.CODE_LIFE.total_seconds() // 60))


def _check_limits(phone: str, address: str, at: datetime) -> None:
    earlier = SignInCode.objects.filter(phone_index=blind_index(phone, "phone"))
    latest = earlier.filter(sent_at__gt=at - limits.CODE_PAUSE).order_by("-sent_at").first()
    if latest:
        wait = max(1, int((latest.sent_at + limits.CODE_PAUSE - at).total_seconds()))
        raise NotAllowed(f"验证码已发送，请{wait}秒后再获取。", retry_after=wait)
    if earlier.filter(sent_at__gt=at - limits.DAY).count() >= limits.CODES_PER_DAY:
        raise NotAllowed("这个号码今天获取验证码的次数已用完，请明天再试或拨打12345。", retry_after=86400)
    if lines_from(address, "code_sent", at, limits.CODE_WINDOW, success=True) >= limits.CODES_PER_ADDRESS:
        raise NotAllowed("获取验证码过于频繁，请一小时后再试或拨打12345。", retry_after=3600)


def _queue(phone: str, code: str, at: datetime) -> None:
    writes = Writes()
    row = SignInCode(
        phone_index=blind_index(phone, "phone"),
        digest=_digest(phone, code),
        sent_at=at,
        expires_at=at + limits.CODE_LIFE,
    )
    writes.insert(row)
    to = (Address(Channel.SMS, phone),)
    enqueue(writes, Message("sign_in_code", to, TEXT.format(code=code), key=f"code:{secrets.token_hex(12)}"))
    writes.run()


def prove_phone(phone: str, code: str, address: str = "") -> str:
    """Use a code up and return the proven number; raises NotAllowed. Must not run inside a transaction."""
    with transaction.atomic(durable=True):
        number = redeem(phone, code, address)
    return number or refuse()


def redeem(phone: str, code: str, address: str = "") -> str:
    """Use a code up inside the caller's transaction; returns the proven number, or nothing.

    The transaction has to commit in both cases, because the try counts; only then `refuse` may be raised.
    """
    at, number = now(), clean_phone(phone)
    if lines_from(address, "code_tried", at, limits.CODE_WINDOW, success=False) >= limits.GUESSES_PER_ADDRESS:
        raise NotAllowed(TOO_MANY, retry_after=3600)
    if not number:
        return ""
    hold(subject_of_phone(number))
    row = SignInCode.objects.filter(phone_index=blind_index(number, "phone")).order_by("-id").first()
    fits = row is not None and _fits(row, number, code, at)
    if row is not None and row.used_at is None:
        row.tries, row.used_at = row.tries + 1, at if fits else None
        row.save(update_fields=["tries", "used_at"])
    note("code_tried", success=fits, subject=subject_of_phone(number), address=address, at=at)
    return number if fits else ""


def refuse() -> NoReturn:
    """Raise the one refusal that every wrong, old or used code gets."""
    raise NotAllowed(REFUSED)


def _fits(row: SignInCode, phone: str, code: str, at: datetime) -> bool:
    """Only the latest code of a phone counts, and only five tries at it."""
    alive = row.used_at is None and row.expires_at > at and row.tries < limits.CODE_TRIES
    return hmac.compare_digest(bytes(row.digest), _digest(phone, code)) and alive


def _digest(phone: str, code: str) -> bytes:
    """Six digits are quickly tried out; the installation's key keeps a stolen table worthless."""
    return blind_index(f"{phone}:{code}", "sign_in_code")
