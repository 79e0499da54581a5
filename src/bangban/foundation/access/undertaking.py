"""The confidentiality undertaking: without it an account opens no case data (T637-6.2.3-b)."""

from __future__ import annotations

from django.db import transaction

from bangban.foundation.access.models import Account, AccountKind
from bangban.foundation.access.security_log import note
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed

VERSION = "2026-1"
TEXT = (
    "我承诺：对工作中接触的国家秘密、工作秘密、商业秘密和个人信息严格保密；只为办理服务对象的事项查看、使用这些信息；"
    "不复制、不外传、不用于其他目的；查看个人信息原文时如实填写理由；发现泄露或可能泄露时立即报告。"
    "离岗后继续承担保密责任。违反承诺的，依法依规承担责任。"
)
WANTED = "请先阅读并签署保密承诺，再查看事项信息。"


def needs_undertaking(account: Account) -> bool:
    """Tell whether a member of staff has yet to accept the undertaking."""
    return account.kind == AccountKind.STAFF and account.confidentiality_signed_at is None


def require_undertaking(account: Account) -> None:
    """Raise NotAllowed with what to do when the undertaking is missing; for every door to case data."""
    if needs_undertaking(account):
        raise NotAllowed(WANTED, needs="undertaking")


def accept_undertaking(account_id: int, version: str, address: str = "") -> None:
    """Date the acceptance, once; Incomplete when another text was shown than the one in force."""
    if version != VERSION:
        raise Incomplete("保密承诺已更新，请重新阅读后签署。", fields={"version": VERSION})
    with transaction.atomic():
        rows = Account.objects.filter(id=account_id, kind=AccountKind.STAFF, confidentiality_signed_at=None)
        if rows.update(confidentiality_signed_at=now()):
            note("undertaking", account_id=account_id, subject=f"account:{account_id}", address=address, detail=version)
