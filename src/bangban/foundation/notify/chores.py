"""The recurring work of this room."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.jobs.schedule import chore
from bangban.foundation.notify.actions import deliver_due


@chore("notify.deliver", "* * * * * */3")
def deliver(now: datetime) -> int:
    """Send what is due."""
    return deliver_due(now)
