"""Making periods from plans: by night for every hall, and when a day is asked for that nobody made yet.

What already has bookings is never taken away: a period that is no longer planned keeps the places that were given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import work_calendar
from bangban.registry.halls.reads import Hall, hall, spans_of
from bangban.registry.org.models import Shift, Staff
from bangban.services.appointments.models import Closure, MadeDay, Slot, SlotPlan
from bangban.services.appointments.rules import SPECIALIST_STEP, common, periods, stretch

PORTION = 1000


@dataclass(frozen=True)
class Wanted:
    """One period as the plans want it."""

    klass_id: int
    starts_at: datetime
    ends_at: datetime
    capacity: int
    network_limit: int | None


def bookable_days(plan: Hall, at: datetime) -> list[date]:
    """Return the days that can be booked now: today and so many ahead as the hall's rule says."""
    today = at.astimezone(plan.zone).date()
    return [today + timedelta(days=ahead) for ahead in range(plan.rules.book_days_ahead + 1)]


def ensure_days(plan: Hall, days: Iterable[date]) -> None:
    """Make the periods of days that were never made; days that were cost one query."""
    wanted = set(days)
    made = set(MadeDay.objects.filter(body_id=plan.body_id, day__in=wanted).values_list("day", flat=True))
    if missing := sorted(wanted - made):
        make_days(plan, missing)


@transaction.atomic
def make_days(plan: Hall, days: Iterable[date]) -> int:
    """Make or adjust the periods of some days after the plans and opening hours in force; returns how many changed.

    A constant number of queries, whatever the number of days and plans.
    """
    wanted_days = sorted(set(days))
    if not wanted_days:
        return 0
    lock_book(plan.body_id)
    weekly = list(SlotPlan.objects.filter(body_id=plan.body_id, klass_id__in=list(plan.classes)).order_by("id"))
    wanted = {(one.klass_id, one.starts_at): one for day in wanted_days for one in wanted_periods(plan, weekly, day)}
    changed = [
        row for row in _made(plan, wanted_days) if _adjust(row, wanted.pop((row.klass_id or 0, row.starts_at), None))
    ]
    Slot.objects.bulk_update(changed, ["capacity", "network_limit", "ends_at"], batch_size=PORTION)
    start = day_bounds(plan, wanted_days[0])[0]
    closures = list(Closure.objects.filter(body_id=plan.body_id, ends_at__gt=start).exclude(state="withdrawn"))
    new = [_slot(plan, one, closures) for one in wanted.values()]
    Slot.objects.bulk_create(new, batch_size=PORTION)
    MadeDay.objects.bulk_create(
        [MadeDay(body_id=plan.body_id, day=day, made_at=now()) for day in wanted_days], ignore_conflicts=True
    )
    return len(changed) + len(new)


def _made(plan: Hall, days: list[date]) -> list[Slot]:
    """Lock what was made for some days before, in one order."""
    start, end = day_bounds(plan, days[0])[0], day_bounds(plan, days[-1])[1]
    rows = Slot.objects.select_for_update(of=("self",)).filter(
        body_id=plan.body_id, staff=None, starts_at__gte=start, starts_at__lt=end
    )
    wanted = set(days)
    return [row for row in rows.order_by("id") if row.starts_at.astimezone(plan.zone).date() in wanted]


def _slot(plan: Hall, one: Wanted, closures: list[Closure]) -> Slot:
    return Slot(
        body_id=plan.body_id,
        klass_id=one.klass_id,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        capacity=one.capacity,
        network_limit=one.network_limit,
        closure=closure_over(closures, one.klass_id, one.starts_at, one.ends_at),
    )


def lock_book(body_id: int) -> None:
    """Let only one at a time make or close periods of a hall, so that a closure misses none that is being made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('appointment_slots'), %s)", [body_id])


def _adjust(row: Slot, wanted: Wanted | None) -> bool:
    """Bring an existing period to the plan; places that are taken stay, a period without plan takes nobody more."""
    capacity = max(row.taken, wanted.capacity if wanted else 0)
    limit = wanted.network_limit if wanted else row.network_taken
    limit = None if limit is None else max(limit, row.network_taken)
    ends_at = wanted.ends_at if wanted and not row.taken else row.ends_at
    if (capacity, limit, ends_at) == (row.capacity, row.network_limit, row.ends_at):
        return False
    row.capacity, row.network_limit, row.ends_at = capacity, limit, ends_at
    return True


def wanted_periods(plan: Hall, weekly: Iterable[SlotPlan], day: date) -> Iterator[Wanted]:
    """Return what the plans in force want on a day, inside the hours in which the hall is open."""
    spans = spans_of(plan.body_id, day)
    in_force = [row for row in weekly if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)]
    for row in _of_weekday(in_force, day) if spans else ():
        for starts_at, ends_at in periods(stretch(day, row.starts, row.ends, plan.zone), row.step_minutes, spans):
            yield Wanted(row.klass_id, starts_at, ends_at, row.capacity, row.network_limit)


def _of_weekday(rows: list[SlotPlan], day: date) -> list[SlotPlan]:
    """Return the plans of a day; a worked weekend day without a plan of its own is kept like a Monday."""
    own = [row for row in rows if row.weekday == day.weekday()]
    if own or day.weekday() < 5 or not work_calendar().is_workday(day):
        return own
    return [row for row in rows if row.weekday == 0]


def day_bounds(plan: Hall, day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a day at the hall and that of the next."""
    midnight = datetime.min.time()
    return stretch(day, midnight, midnight, plan.zone)


def closure_over(
    closures: Iterable[Closure], klass_id: int | None, starts_at: datetime, ends_at: datetime
) -> Closure | None:
    """Return the closure that a period falls into: even a part of it cannot be kept."""
    for closure in closures:
        concerns = closure.klass_id in (None, klass_id)
        if concerns and closure.starts_at < ends_at and starts_at < closure.ends_at:
            return closure
    return None


@transaction.atomic
def ensure_roster(plan: Hall, staff_id: int, days: Iterable[date]) -> None:
    """Make the periods of a specialist's own roster (BJ-3.1.3-c): shifts inside the opening hours, one person each."""
    days = list(days)
    staff = Staff.objects.filter(id=staff_id, active=True).first()
    if staff is None or not days:
        return
    shifts = list(Shift.objects.filter(staff_id=staff_id))
    wanted = {start: end for day in days for start, end in _on_duty(plan, [s for s in shifts if _holds(s, day)], day)}
    first, last = day_bounds(plan, min(days))[0], day_bounds(plan, max(days))[1]
    rows = {
        row.starts_at: row
        for row in Slot.objects.filter(
            body_id=plan.body_id, staff_id=staff_id, starts_at__gte=first, starts_at__lt=last
        )
    }
    gone = [row.id for start, row in rows.items() if start not in wanted and row.capacity > row.taken]
    back = [row.id for start, row in rows.items() if start in wanted and row.capacity == 0]
    missing = {start: end for start, end in wanted.items() if start not in rows}
    if not (gone or back or missing):
        return
    lock_book(plan.body_id)
    Slot.objects.filter(id__in=gone).update(capacity=F("taken"))
    Slot.objects.filter(id__in=back).update(capacity=1)
    closures = list(
        Closure.objects.filter(body_id=plan.body_id, klass=None, ends_at__gt=first).exclude(state="withdrawn")
    )
    Slot.objects.bulk_create(
        [
            Slot(
                body_id=plan.body_id, staff_id=staff_id, starts_at=start, ends_at=end, capacity=1,
                closure=closure_over(closures, None, start, end),
            )
            for start, end in missing.items()
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _on_duty(plan: Hall, shifts: list[Shift], day: date) -> list[tuple[datetime, datetime]]:
    duty = [stretch(day, shift.starts, shift.ends, plan.zone) for shift in shifts]
    found: dict[datetime, datetime] = {}
    for opens, closes in spans_of(plan.body_id, day):
        for start, end in periods((opens, closes), SPECIALIST_STEP, common(duty, [(opens, closes)])):
            found[start] = end
    return list(found.items())


def _holds(shift: Shift, day: date) -> bool:
    ended = shift.valid_to is not None and shift.valid_to < day
    return shift.weekday == day.weekday() and shift.valid_from <= day and not ended


def remake(body_id: int) -> int:
    """Bring all bookable days of a hall to the plans in force, after a change of plans and every night."""
    plan = hall(body_id)
    return make_days(plan, bookable_days(plan, now())) if plan else 0
