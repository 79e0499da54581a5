"""The security log: who came in, who was refused, who saw what; kept by the database for six months (F8.03)."""

from __future__ import annotations

from datetime import datetime, timedelta

from bangban.foundation.access.addresses import same_source, written
from bangban.foundation.access.models import SecurityEvent
from bangban.foundation.clocks.moment import now
from bangban.foundation.privacy.crypto import blind_index

KINDS = {
    "sign_in": "登录",
    "second_factor_asked": "密码正确，等待动态口令",
    "sign_out": "退出登录",
    "lockout": "账号锁定",
    "unlock": "解除锁定",
    "session_ended": "结束会话",
    "idle_logout": "超时自动退出",
    "password_changed": "修改密码",
    "password_reset": "重置密码",
    "second_factor_on": "启用动态口令",
    "second_factor_off": "停用动态口令",
    "second_factor_reset": "重置动态口令",
    "undertaking": "签署保密承诺",
    "code_sent": "发送手机验证码",
    "code_tried": "校验手机验证码",
    "account_disabled": "停用账号",
    "token_made": "发放接入令牌",
    "token_revoked": "撤销接入令牌",
    "reveal": "查看个人信息原文",
    "recording": "调听通话录音",
    "backed_up": "写出备份",
    "restored": "从备份恢复",
    "identity": "身份核验",
    "handler": "经办人授权变更",
}


def note(
    kind: str,
    *,
    success: bool = True,
    account_id: int | None = None,
    subject: str = "",
    address: str = "",
    detail: str = "",
    reason: str = "",
    at: datetime | None = None,
) -> SecurityEvent:
    """Write one line; it commits with the caller's transaction, so refusals are raised after that, not inside.

    Never personal data: people are `person:ID`, `account:ID` or `phone:INDEX`.
    """
    if kind not in KINDS:
        raise LookupError(f"The security log knows no {kind!r}.")
    return SecurityEvent.objects.create(
        at=at or now(),
        kind=kind,
        account_id=account_id,
        subject=subject,
        address=written(address),
        success=success,
        detail=detail[:200],
        reason=reason[:500],
    )


def subject_of_name(username: str) -> str:
    """Return a reference for a name that may be anything, even a password in the wrong field."""
    return f"name:{blind_index(username, 'username').hex()}"


def subject_of_phone(phone: str) -> str:
    """Return a reference for a phone number."""
    return f"phone:{blind_index(phone, 'phone').hex()}"


def lines_from(address: str, kind: str, at: datetime, window: timedelta, *, success: bool) -> int:
    """Count recent lines of one kind from one address (an IPv6 network is one); nothing is known without an address."""
    if not address:
        return 0
    recent = SecurityEvent.objects.filter(kind=kind, success=success, at__gt=at - window)
    return recent.filter(same_source(address)).count()
