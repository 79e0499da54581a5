"""Whether somebody is rostered for consultation at each opening hour of a hall (DB23-6.4.1-a)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import service_hours, work_calendar
from bangban.foundation.clocks.zones import business_date
from bangban.registry.halls.reads import HOURS_KIND, spans_of
from bangban.registry.org.models import Shift
from bangban.services.counter.rules import Gap, shift_on, uncovered

DUTY = "hall_guide"
DAYS = 7


def roster_gaps(body_id: int, first: date | None = None, days: int = DAYS) -> list[Gap]:
    """Return the opening time of the next days for which no consultation person of the hall is rostered. One query."""
    first = first or business_date(now(), service_hours(HOURS_KIND, body_id).zone)
    shifts = list(
        Shift.objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=first), valid_from__lt=first + timedelta(days=days),
            staff__body_id=body_id, staff__active=True, staff__account__is_active=True,
            staff__duties__contains=[DUTY],
        )
    )  # fmt: skip
    gaps: list[Gap] = []
    for day in (first + timedelta(days=number) for number in range(days)):
        opening = spans_of(body_id, day)
        if not opening:
            continue
        on_duty = [shift_on(day, one.starts, one.ends, opening[0][0]) for one in shifts if _counts(one, day)]
        gaps += uncovered(opening, on_duty)
    return gaps


def _counts(shift: Shift, day: date) -> bool:
    valid = shift.valid_from <= day and (shift.valid_to is None or day <= shift.valid_to)
    return valid and shift.weekday == day.weekday() and (not shift.workdays_only or work_calendar().is_workday(day))
