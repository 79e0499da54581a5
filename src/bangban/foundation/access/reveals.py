"""Seeing personal data in full: by duty, with a reason, and known to the person (F8.16, T637-5-g, BJP-4)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.models import SecurityEvent
from bangban.foundation.access.security_log import note
from bangban.foundation.flows.flow import Incomplete, NotYours

T = TypeVar("T")
SHORTEST_REASON = 4
FIELDS = {
    "name": "姓名",
    "phone": "手机号码",
    "id_number": "证件号码",
    "address": "地址",
    "email": "电子邮箱",
    "credit_code": "统一社会信用代码",
}


def reveal(actor: Actor, subject: str, field: str, reason: str, read: Callable[[], T], address: str = "") -> T:
    """Write who sees which field of whom and why, then return what `read` gives; no line, no value.

    `subject` is `person:ID` or `case:NUMBER`; the caller has found it through a getter that knows the actor. The person
    will read the reason. Raises NotYours without the duty, Incomplete without a reason, LookupError for no such field.
    """
    if field not in FIELDS:
        raise LookupError(f"No field {field!r} can be revealed.")
    if not may(actor, "personal_data.reveal"):
        raise NotYours("没有找到这项信息。")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Incomplete("请填写查看理由。", fields={"reason": "请写明查看理由，服务对象可以看到。"})
    with transaction.atomic():
        note(
            "reveal", account_id=actor.account_id, subject=subject, address=address, detail=field, reason=reason.strip()
        )
        return read()


@dataclass(frozen=True)
class Access:
    """One look at somebody's data, as that person reads it."""

    at: datetime
    who: str
    field: str
    reason: str


def access_history(subjects: Collection[str], limit: int = 100) -> list[Access]:
    """Return who saw data of these subjects (`person:ID`, `case:NUMBER`), the latest first; the caller owns them."""
    rows = SecurityEvent.objects.filter(kind="reveal", success=True, subject__in=list(subjects))
    return [
        Access(
            row.at, row.account.display_name if row.account else "系统", FIELDS.get(row.detail, row.detail), row.reason
        )
        for row in rows.select_related("account").order_by("-at", "-id")[:limit]
    ]
