"""What the queues do by the clock."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.jobs.schedule import chore
from bangban.registry.halls.reads import hall, halls
from bangban.services.queues.actions import close_day, tell_waiting, watch_hall
from bangban.services.queues.models import CrowdAlert, Ticket


@chore("queues.close_day", "* * * * * 40")
def close_days(now: datetime) -> int:
    """End yesterday at every hall as soon as its business day has turned."""
    plans = [plan for body_id in halls() if (plan := hall(body_id))]
    return sum(close_day(plan.body_id, plan.day_of(now)) for plan in plans)


@chore("queues.watch_halls", "* * * * * */20")
def watch_halls(now: datetime) -> int:
    """Raise and end crowd alerts, and tell people whose wait has changed, where anybody waits (DB23-6.3.2-f)."""
    del now  # both look at the same clock as everything that is done at the windows
    waiting = set(Ticket.objects.filter(state="waiting").order_by().values_list("body_id", flat=True).distinct())
    alerted = set(CrowdAlert.objects.exclude(state="over").values_list("body_id", flat=True))
    return sum(watch_hall(body_id) for body_id in waiting | alerted) + sum(tell_waiting(body_id) for body_id in waiting)
