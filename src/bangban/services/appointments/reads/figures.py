"""Figures of appointments: by channel, kept, missed, cancelled, closures, and who received whom (issue 3, outcome 6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count, Q

from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.registry.halls.reads import hall
from bangban.services.appointments.models import NETWORK, Appointment, Closure, SlotPlan


@dataclass(frozen=True)
class Figures:
    """Counts of appointments whose period lies in some days; shares are the reader's to make."""

    booked: int
    by_channel: dict[str, int]
    network: int
    kept: int
    no_shows: int
    cancelled: int
    affected: int
    closures: int
    reminded: int
    from_cases: int
    offline_reasons: dict[str, int]
    with_specialist: int
    served_by_specialist: int
    substituted: int


def figures(body_ids: Collection[int], first: date, last: date) -> Figures:
    """Return the figures of some halls from `first` to `last`, days at the hall. Four queries."""
    start, end = _bounds(body_ids, first, last)
    rows = Appointment.objects.filter(body_id__in=body_ids, starts_at__gte=start, starts_at__lt=end)
    counted = rows.aggregate(
        booked=Count("id"),
        kept=Count("id", filter=Q(checked_in_at__isnull=False)),
        no_shows=Count("id", filter=Q(state="given_up", checked_in_at=None)),
        cancelled=Count("id", filter=Q(state="cancelled")),
        affected=Count("id", filter=Q(closure__isnull=False)),
        reminded=Count("id", filter=Q(reminded_at__isnull=False)),
        from_cases=Count("id", filter=~Q(case_number="")),
        substituted=Count("id", filter=~Q(substitute_reason="")),
    )
    channels = dict(rows.values_list("channel").annotate(Count("id")))
    with_specialist, served = _specialists(body_ids, start, end)
    return Figures(
        by_channel=channels,
        network=sum(count for channel, count in channels.items() if channel in NETWORK),
        closures=Closure.objects.filter(body_id__in=body_ids, starts_at__lt=end, ends_at__gt=start).count(),
        offline_reasons=_offline(body_ids, start, end),
        with_specialist=with_specialist,
        served_by_specialist=served,
        **counted,
    )


def _bounds(body_ids: Collection[int], first: date, last: date) -> tuple[datetime, datetime]:
    plan = next((found for body_id in body_ids if (found := hall(body_id))), None)
    zone = plan.zone if plan else DEFAULT_ZONE
    midnight = datetime.min.time()
    return (
        datetime.combine(first, midnight, zone),
        datetime.combine(last + timedelta(days=1), midnight, zone),
    )


def _specialists(body_ids: Collection[int], start: datetime, end: datetime) -> tuple[int, int]:
    """Return how many checked-in appointments had a specialist, and how many that very specialist served (BJ-3.1.3-c)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE t.staff_id = a.first_staff_id) FROM appointments_appointment a "
            "JOIN queues_ticket t ON t.appointment = a.id WHERE a.body_id = ANY(%s) AND a.starts_at >= %s "
            "AND a.starts_at < %s AND a.first_staff_id IS NOT NULL AND t.state = 'done'",
            [list(body_ids), start, end],
        )
        total, same = cursor.fetchone()
    return int(total), int(same)


def _offline(body_ids: Collection[int], start: datetime, end: datetime) -> dict[str, int]:
    """Return how often each coded reason sent a case offline (BJ-2-b)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p->>'code', count(*) FROM appointments_appointment a, jsonb_array_elements(a.paper_materials) p "
            "WHERE a.body_id = ANY(%s) AND a.starts_at >= %s AND a.starts_at < %s AND a.case_number <> '' GROUP BY 1",
            [list(body_ids), start, end],
        )
        return {code: int(count) for code, count in cursor.fetchall()}


def plans(body_id: int) -> list[SlotPlan]:
    """Return the weekly plans of a hall, by class, weekday and time."""
    rows = SlotPlan.objects.filter(body_id=body_id).select_related("klass")
    return list(rows.order_by("klass__position", "klass__letter", "weekday", "starts", "id"))
