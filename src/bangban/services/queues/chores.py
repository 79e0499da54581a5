"""What the queues do by the clock."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.jobs.schedule import chore
from bangban.registry.halls.reads import hall, halls
from bangban.services.queues.actions import close_day


@chore("queues.close_day", "* * * * * 40")
def close_days(now: datetime) -> int:
    """End yesterday at every hall as soon as its business day has turned."""
    plans = [plan for body_id in halls() if (plan := hall(body_id))]
    return sum(close_day(plan.body_id, plan.day_of(now)) for plan in plans)
