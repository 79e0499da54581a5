"""The security log as auditors and account owners read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.addresses import written
from bangban.foundation.access.duties import may
from bangban.foundation.access.models import SecurityEvent
from bangban.foundation.access.security_log import KINDS
from bangban.foundation.flows.flow import NotYours


@dataclass(frozen=True)
class SecurityLine:
    """One line of the security log."""

    id: int
    at: datetime
    kind: str
    label: str
    who: str
    subject: str
    address: str
    success: bool
    detail: str
    reason: str


@dataclass(frozen=True)
class Wanted:
    """What an auditor looks for; empty fields do not filter."""

    kind: str = ""
    account_id: int | None = None
    subject: str = ""
    address: str = ""
    since: datetime | None = None
    until: datetime | None = None
    failures_only: bool = False


def security_log(actor: Actor, wanted: Wanted, after: int | None = None, limit: int = 100) -> list[SecurityLine]:
    """Return lines before the id `after`, the newest first; NotYours for all but the audit administrator (F8.06)."""
    if not may(actor, "ledger.audit"):
        raise NotYours("没有找到这个页面。")
    filters = {
        "id__lt": after,
        "kind": wanted.kind,
        "account_id": wanted.account_id,
        "subject": wanted.subject,
        "address": written(wanted.address),
        "at__gte": wanted.since,
        "at__lt": wanted.until,
        "success": False if wanted.failures_only else None,
    }
    rows = SecurityEvent.objects.filter(**{name: value for name, value in filters.items() if value not in (None, "")})
    return [_line(row) for row in rows.select_related("account").order_by("-id")[:limit]]


def own_sign_ins(account_id: int, limit: int = 20) -> list[SecurityLine]:
    """Return the latest sign-ins and refusals of one's own account."""
    kinds = ("sign_in", "lockout", "password_changed", "password_reset", "second_factor_reset")
    rows = SecurityEvent.objects.filter(subject=f"account:{account_id}", kind__in=kinds)
    return [_line(row) for row in rows.select_related("account").order_by("-at", "-id")[:limit]]


def _line(row: SecurityEvent) -> SecurityLine:
    return SecurityLine(
        id=row.id,
        at=row.at,
        kind=row.kind,
        label=KINDS.get(row.kind, row.kind),
        who=row.account.display_name or row.account.username if row.account else "",
        subject=row.subject,
        address=row.address,
        success=row.success,
        detail=row.detail,
        reason=row.reason,
    )
