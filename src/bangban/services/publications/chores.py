"""The recurring work of published information."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.clocks.zones import business_date
from bangban.foundation.jobs.schedule import chore
from bangban.services.publications.actions import expire_publications, send_due


@chore("publications.send", "* * * * * */5")
def send(now: datetime) -> int:
    """Hand text messages to delivery."""
    return send_due(now)


@chore("publications.expire", "*/10 * * * * 20")
def expire(now: datetime) -> int:
    """End what is no longer valid; ten minutes late at most, pages look at the day."""
    return expire_publications(business_date(now))
