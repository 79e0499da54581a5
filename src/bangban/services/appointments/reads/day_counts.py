"""How many come to a hall on a day, by class of business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours
from bangban.registry.halls.reads import hall
from bangban.services.appointments.making import day_bounds
from bangban.services.appointments.models import OPEN, Appointment
from bangban.services.appointments.reads.lists import may_see_day


@dataclass(frozen=True)
class ClassCount:
    """One class on a day: all that were booked and not cancelled, those still to come, those who came."""

    klass_id: int
    booked: int
    ahead: int
    came: int


def day_counts(actor: Actor, body_id: int, day: date) -> dict[int, ClassCount]:
    """Return the counts of a day by class; NotYours for who does not work at the hall. One query."""
    plan = hall(body_id)
    if plan is None or not may_see_day(actor, body_id):
        raise NotYours("没有找到这个大厅的预约。")
    start, end = day_bounds(plan, day)
    rows = (
        Appointment.objects.filter(body_id=body_id, starts_at__gte=start, starts_at__lt=end)
        .exclude(state="cancelled")
        .values("klass")
        .annotate(
            booked=Count("id"),
            ahead=Count("id", filter=Q(state__in=OPEN)),
            came=Count("id", filter=Q(state__in=("checked_in", "completed"))),
        )
    )
    return {row["klass"]: ClassCount(row["klass"], row["booked"], row["ahead"], row["came"]) for row in rows}
