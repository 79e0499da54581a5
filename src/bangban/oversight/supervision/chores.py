"""What supervision does by itself: overdue orders climb, none is left without a task."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

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
CHUNK = 500
_READ = ("id", "number", "state", "due_at", "center_id", "agent_id", "handler_id", "lead_unit_id")


@chore("supervision.climb", "0 20 8 * * *")
def climb(now: datetime) -> int:
    """Open what is missing for overdue orders and raise what has waited longer; returns how many were touched."""
    touched, last = 0, None
    while (chunk := _overdue(now, last)) and touched < AT_ONCE:
        last = (chunk[-1].due_at, chunk[-1].id)
        levels = _levels(chunk)
        for order in chunk:
            assert order.due_at is not None
            days = working_days_between(order.due_at, now)
            level = max(OVERDUE_LEVEL, rules.level_of(days))
            if levels.get(order.id, 0) < level:
                touched += _raised(order, business_date(order.due_at), level)
    return touched


def _overdue(now: datetime, last: Any) -> list[WorkOrder]:
    """Return the next overdue orders, those due first first."""
    rows = WorkOrder.objects.filter(state__in=("dispatched", "handling"), due_at__lt=now)
    if last:
        rows = rows.filter(Q(due_at__gt=last[0]) | Q(due_at=last[0], id__gt=last[1]))
    return list(rows.order_by("due_at", "id").only(*_READ)[:CHUNK])


def _levels(orders: Sequence[WorkOrder]) -> dict[UUID, int]:
    """Return how high the open task of each overdue order stands, in one query."""
    rows = Task.objects.filter(order__in=orders, trigger=Trigger.OVERDUE).exclude(state="closed")
    return {order: level for order, level in rows.values_list("order_id", "level") if order}


def _raised(order: WorkOrder, due: date, level: int) -> int:
    # The day, not a number of days: clocks beside it count other days than the levels do.
    cause = f"办理超期，应于{due.month}月{due.day}日前办结"
    try:
        actions.open_task(order, Trigger.OVERDUE, cause, level=level, actor=SYSTEM)
        return 1
    except FlowError:
        log.exception("Order %s is overdue and could not be supervised.", order.number)
        return 0


def working_days_between(first: datetime, last: datetime) -> int:
    """Return the whole working days after the day of `first` up to the day of `last`."""
    calendar = work_calendar()
    day, end = business_date(first), business_date(last)
    return sum(
        1 for one in range(1, (end - day).days + 1) if calendar.is_workday(day.fromordinal(day.toordinal() + one))
    )
