"""The recurring work of the knowledge base."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.clocks.zones import business_date
from bangban.foundation.jobs.schedule import chore
from bangban.registry.knowledge.actions.entries import expire_entries


@chore("knowledge.expire", "*/10 * * * * 40")
def expire(now: datetime) -> int:
    """Take entries out of use whose validity or basis has ended; ten minutes late at most, reads look at the day."""
    return expire_entries(business_date(now))
