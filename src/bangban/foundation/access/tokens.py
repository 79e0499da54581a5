"""Bearer tokens of programs: made once, kept as digests, checked with a short memory (T637-6.1.6-d)."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta

from bangban.foundation.access.models import Account, Token
from bangban.foundation.access.security_log import note
from bangban.foundation.clocks.moment import now
from bangban.foundation.privacy.crypto import digest

KEEP_SECONDS = 15
SCOPES = (
    "cases:read", "cases:write", "hall:read", "hall:write", "appointments:read", "appointments:write", "counter:read",
    "counter:write", "calls:read", "calls:write", "orders:read", "orders:write", "assistant", "stats", "catalog", "admin",
)  # fmt: skip


class TokenRefused(PermissionError):
    """The token is unknown, expired, revoked, or its account is disabled."""


@dataclass(frozen=True)
class Bearer:
    """A checked token."""

    account: Account
    scopes: frozenset[str]
    channel: str
    rate_per_minute: int
    key: str


_known: dict[bytes, tuple[float, Bearer]] = {}


def make_token(account: Account, name: str, scopes: tuple[str, ...] = SCOPES, days: int | None = 90) -> str:
    """Make a token for an account; the text is returned once and cannot be read again."""
    text = "bb_" + secrets.token_urlsafe(32)
    Token.objects.create(
        digest=digest(text.encode()),
        account=account,
        name=name,
        scopes=list(scopes),
        created_at=now(),
        expires_at=now() + timedelta(days=days) if days else None,
    )
    note("token_made", subject=f"account:{account.id}", detail=name)
    return text


def revoke(account: Account, name: str = "") -> int:
    """Revoke an account's tokens, all or by name; in force within fifteen seconds everywhere, at once here."""
    rows = Token.objects.filter(account=account, revoked_at=None, **({"name": name} if name else {}))
    _known.clear()
    count = rows.update(revoked_at=now())
    if count:
        note("token_revoked", subject=f"account:{account.id}", detail=name)
    return count


def check(text: str) -> Bearer:
    """Return what a token stands for; raises TokenRefused. Remembered for fifteen seconds."""
    key = digest(text.encode())
    known = _known.get(key)
    if known and known[0] > time.monotonic():
        return known[1]
    row = Token.objects.select_related("account").filter(digest=key, revoked_at=None, account__is_active=True).first()
    if row is None or (row.expires_at and row.expires_at < now()):
        _known.pop(key, None)
        raise TokenRefused("The token is unknown, expired or revoked.")
    bearer = Bearer(row.account, frozenset(row.scopes), row.channel, row.rate_per_minute, key.hex()[:16])
    if len(_known) > 5000:
        _known.clear()
    _known[key] = (time.monotonic() + KEEP_SECONDS, bearer)
    return bearer
