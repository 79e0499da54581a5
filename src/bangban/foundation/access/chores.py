"""Clearing away what has run out: sessions and one-time codes. The security log stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from bangban.foundation.access.models import SignInCode
from bangban.foundation.access.session_store import SessionStore
from bangban.foundation.jobs.schedule import chore

CODES_KEPT = timedelta(days=2)


@chore("access.clear", "40 3 * * * 0")
def clear(now: datetime) -> int:
    """Delete expired sessions and old codes; returns how many codes went."""
    SessionStore.clear_expired()
    count, _ = SignInCode.objects.filter(sent_at__lt=now - CODES_KEPT).delete()
    return count
