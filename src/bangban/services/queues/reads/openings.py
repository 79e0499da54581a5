"""Which windows will probably open, for people who come before the hall does."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q

from bangban.registry.halls.reads import Hall, spans_of
from bangban.services.queues.models import WindowSession
from bangban.services.queues.playing import Desk

SETTLED = timedelta(minutes=30)
"""So long after opening the windows of a day are open that will be."""
LOOK_BACK = timedelta(days=14)


def opens_at(plan: Hall, day: date, at: datetime) -> datetime | None:
    """Return when the hall opens for the first time on a day; None when it has already, or stays closed."""
    spans = spans_of(plan.body_id, day)
    return spans[0][0] if spans and at < spans[0][0] else None


def probable_desks(plan: Hall, day: date) -> tuple[Desk, ...]:
    """Return the windows that were open half an hour after opening on the last day that the hall worked.

    Empty when there was none within two weeks: then nothing is promised.
    """
    days = WindowSession.objects.filter(
        body_id=plan.body_id, business_date__lt=day, business_date__gte=day - LOOK_BACK
    ).order_by("-business_date")
    last = days.values_list("business_date", flat=True).first()
    spans = spans_of(plan.body_id, last) if last else []
    if last is None or not spans:
        return ()
    then = spans[0][0] + SETTLED
    rows = WindowSession.objects.filter(
        Q(closed_at=None) | Q(closed_at__gt=then), body_id=plan.body_id, business_date=last, opened_at__lte=then
    )
    return tuple(Desk(staff_id, frozenset(classes)) for staff_id, classes in rows.values_list("staff_id", "classes"))
