"""What routing does by the clock."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.jobs.schedule import chore
from bangban.services.routing.actions import learn_from_orders


@chore("routing.learn", "40 2 * * * 0")
def learn_by_night(now: datetime) -> int:
    """Learn from the orders that units took on, while the desk is quiet."""
    return len(learn_from_orders(now))
