"""What supervision does by itself: overdue orders climb, none is left without a task."""

from __future__ import annotations

import logging
from datetime import datetime

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.jobs.schedule import chore
from bangban.oversight.supervision import actions, rules
from bangban.oversight.supervision.models import Task
from bangban.oversight.supervision.reactions import OVERDUE_LEVEL
from bangban.oversight.supervision.terms import Trigger
from bangban.services.hotline.models import WorkOrder

log = logging.getLogger(__name__)
AT_ONCE = 2000


@chore("supervision.climb", "0 20 8 * * *")
def climb(now: datetime) -> int:
    """Open what is missing for overdue orders and raise what has waited longer; returns how many were touched."""
    touched = 0
    overdue = WorkOrder.objects.filter(state__in=("dispatched", "handling"), due_at__lt=now).order_by("due_at")[
        :AT_ONCE
    ]
    for order in overdue:
        assert order.due_at is not None
        days = working_days_between(order.due_at, now)
        level = max(OVERDUE_LEVEL, rules.level_of(days))
        known = Task.objects.filter(order=order, trigger=Trigger.OVERDUE).exclude(state="closed").first()
        if known is not None and known.level >= level:
            continue
        try:
            actions.open_task(order, Trigger.OVERDUE, f"超期{days}个工作日", level=level, actor=SYSTEM)
            touched += 1
        except FlowError:
            log.exception("Order %s is overdue and could not be supervised.", order.number)
    return touched


def working_days_between(first: datetime, last: datetime) -> int:
    """Return the whole working days after the day of `first` up to the day of `last`."""
    calendar = work_calendar()
    day, end = business_date(first), business_date(last)
    return sum(
        1 for one in range(1, (end - day).days + 1) if calendar.is_workday(day.fromordinal(day.toordinal() + one))
    )
