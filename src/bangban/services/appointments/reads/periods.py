"""Live availability: days, periods, and the nearest free ones (DB23-6.5.1.3-b)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from bangban.foundation.clocks.moment import now
from bangban.registry.halls.reads import Hall, hall
from bangban.services.appointments.making import bookable_days, day_bounds, ensure_days, ensure_roster
from bangban.services.appointments.models import Closure, Slot
from bangban.services.appointments.rules import Standing, free_places, is_network, standing

NEAREST = 3
MOST = 2**63


@dataclass(frozen=True)
class SlotView:
    """A period as somebody on a channel sees it; `reason` says why it cannot be booked."""

    id: int
    starts_at: datetime
    ends_at: datetime
    free: int
    state: Standing
    reason: str


@dataclass(frozen=True)
class Day:
    """A day with its free places; `closed_reason` says why there are none."""

    date: date
    free: int
    closed_reason: str


def days(body_id: int, class_id: int | None, channel: str, staff_id: int | None = None) -> list[Day]:
    """Return the bookable days of a class (or of a specialist's roster) with the places that a channel may still take."""
    plan, at = hall(body_id), now()
    if plan is None:
        return []
    wanted = bookable_days(plan, at)
    _ensure(plan, wanted, staff_id)
    start, end = day_bounds(plan, wanted[0])[0], day_bounds(plan, wanted[-1])[1]
    rows: dict[date, list[Slot]] = {day: [] for day in wanted}
    for row in _rows(plan, class_id, staff_id).filter(starts_at__gte=start, starts_at__lt=end):
        rows[row.starts_at.astimezone(plan.zone).date()].append(row)
    return [_day(day, [_view(row, channel, at) for row in rows[day]]) for day in wanted]


def _day(day: date, views: list[SlotView]) -> Day:
    free = sum(view.free for view in views if view.state == "open")
    if free:
        return Day(day, free, "")
    if not views:
        return Day(day, 0, "不开放预约")
    ahead = [view for view in views if view.state != "past"]
    if not ahead:
        return Day(day, 0, "当天的时段已过")
    closed = next((view.reason for view in ahead if view.state == "closed"), "")
    return Day(day, 0, closed if all(view.state == "closed" for view in ahead) else "已约满")


def slots(body_id: int, class_id: int | None, day: date, channel: str, staff_id: int | None = None) -> list[SlotView]:
    """Return the periods of one day; days outside the bookable ones have none."""
    plan, at = hall(body_id), now()
    if plan is None or day not in bookable_days(plan, at):
        return []
    _ensure(plan, [day], staff_id)
    start, end = day_bounds(plan, day)
    rows = _rows(plan, class_id, staff_id).filter(starts_at__gte=start, starts_at__lt=end)
    return [_view(row, channel, at) for row in rows]


def _ensure(plan: Hall, wanted: Iterable[date], staff_id: int | None) -> None:
    if staff_id is None:
        ensure_days(plan, wanted)
    else:
        ensure_roster(plan, staff_id, wanted)


def _rows(plan: Hall, class_id: int | None, staff_id: int | None) -> QuerySet[Slot]:
    rows = Slot.objects.filter(body_id=plan.body_id, capacity__gt=0).select_related("closure")
    own = rows.filter(klass_id=class_id) if staff_id is None else rows.filter(staff_id=staff_id)
    return own.order_by("starts_at")


def _view(row: Slot, channel: str, at: datetime) -> SlotView:
    return view_of(row, is_network(channel), at, row.closure)


def view_of(row: Slot, network: bool, at: datetime, closure: Closure | None) -> SlotView:
    """Return a period for online booking or not."""
    free = free_places("web" if network else "window", row.capacity, row.taken, row.network_limit, row.network_taken)
    state = standing(free, closure is not None, row.starts_at, at)
    kept = state == "full" and row.taken < row.capacity
    reason = {
        "open": "",
        "full": "网上名额已约满，可电话或到现场预约" if kept else "已约满",
        "closed": f"停约：{closure.reason}" if closure else "停约",
        "past": "已过时间",
    }[state]
    return SlotView(row.id, row.starts_at, row.ends_at, free if state == "open" else 0, state, reason)


def nearest(
    plan: Hall,
    class_id: int | None,
    staff_id: int | None = None,
    *,
    network: bool = False,
    around: datetime | None = None,
    skip: Collection[int] = (),
    limit: int = NEAREST,
    spread: bool = False,
) -> list[SlotView]:
    """Return the free periods nearest to a moment (the next ones by default), in order of nearness.

    With `spread`, places that are offered to others already are left for them while there are enough (DB23-6.5.2).
    """
    at = now()
    wanted = bookable_days(plan, at)
    _ensure(plan, wanted, staff_id)
    end = day_bounds(plan, wanted[-1])[1]
    rows = _rows(plan, class_id, staff_id).filter(
        starts_at__gt=at, starts_at__lt=end, closure=None, taken__lt=F("capacity")
    )
    if network:
        rows = rows.filter(Q(network_limit=None) | Q(network_taken__lt=F("network_limit")))
    if around is None and not skip:
        return [view_of(row, network, at, None) for row in rows[:limit]]
    found: list[Any] = [row for row in (_with_offers(rows) if spread else rows) if row.id not in skip]
    if spread:
        found = [row for row in found if row.taken + row.offers < row.capacity] or found
    found.sort(key=lambda row: (abs(row.starts_at - around) if around else timedelta(), row.starts_at))
    return [view_of(row, network, at, None) for row in found[:limit]]


def _with_offers(rows: QuerySet[Slot]) -> Any:
    offered = Count("offered_to", filter=Q(offered_to__state="affected"))
    return rows.annotate(offers=offered)


# Written as SQL because every booking begins with it, and in a rush most end with it too.
_SLOT = f"""SELECT {", ".join(f'"{field.column}"' for field in Slot._meta.concrete_fields)}
FROM appointments_slot WHERE id = %s AND body_id = %s"""


def slot_of(plan: Hall, slot_id: int) -> Slot | None:
    """Return one period of a hall; None also for a number that no period can have."""
    if not 0 <= slot_id < MOST:
        return None
    return next(iter(Slot.objects.raw(_SLOT, [slot_id, plan.body_id])), None)
