"""The recurring work of this room."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.jobs.schedule import chore
from bangban.foundation.notify.actions import deliver_due, forget_secrets


@chore("notify.deliver", "* * * * * */3")
def deliver(now: datetime) -> int:
    """Send what is due."""
    return deliver_due(now)


@chore("notify.forget", "50 3 * * * 0")
def forget(now: datetime) -> int:
    """Blank the text of old codes."""
    return forget_secrets(now)
