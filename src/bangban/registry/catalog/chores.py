"""The recurring work of the catalogue."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.jobs.schedule import chore
from bangban.registry.catalog.actions.items import bring_into_effect


@chore("catalog.take_effect", "* * * * * 20")
def take_effect(now: datetime) -> int:
    """Let approved versions take effect whose time has come."""
    return bring_into_effect(now)
