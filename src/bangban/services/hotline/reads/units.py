"""Who handles orders: the register of undertakers, who may get an order, and what waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import NotYours
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import place, tree
from bangban.services.hotline.models import Extension, Undertaker, WorkOrder
from bangban.services.hotline.rules_handling import GROUNDS, forbidden_units
from bangban.services.hotline.terms import COMPLAINTS

WATCHING = "监督"
PAGE = 50


def name_of(unit_id: int | None) -> str:
    """Return the name of a body, or nothing."""
    found = place(unit_id)
    return found.name if found else ""


def forbidden_for(order: WorkOrder) -> frozenset[int]:
    """Return the bodies that must not get this order: it, or one merged into it, complains about them (GB33358-5.1.1.3)."""
    barred: frozenset[int] = frozenset()
    for one in (order, *order.merged.filter(state="merged", kind__in=COMPLAINTS)):
        barred |= _barred_by(one)
    return barred


def _barred_by(order: WorkOrder) -> frozenset[int]:
    if order.kind not in COMPLAINTS:
        return frozenset()
    staff = order.about_staff_id
    own = Staff.objects.filter(id=staff).values_list("body_id", flat=True).first() if staff else None
    paths = {body.id: body.path for body in tree().by_id.values()}
    return forbidden_units(order.kind, order.about_unit_id, own, paths)


def instead_of(order: WorkOrder) -> list[int]:
    """Return who may get a complaint instead: the nearest registered superior, then bodies whose duty is to watch."""
    barred, about = forbidden_for(order), place(order.about_unit_id)
    registered = {one.unit_id: one for one in Undertaker.objects.filter(active=True)}
    above = [unit for unit in reversed(about.path if about else ()) if unit in registered and unit not in barred]
    watching = [unit for unit, one in registered.items() if any(WATCHING in duty for duty in one.duties)]
    return list(dict.fromkeys([*above[:1], *(unit for unit in watching if unit not in barred)]))


@dataclass(frozen=True)
class Choice:
    """A body that an order may be given to, or why it may not."""

    unit_id: int
    name: str
    contact: str
    limit_days: int
    duties: tuple[str, ...]
    why_not: str


def choices(order: WorkOrder) -> list[Choice]:
    """Return every registered undertaker, those that may not get the order with the reason."""
    barred = forbidden_for(order)
    rows = Undertaker.objects.filter(active=True).select_related("unit").order_by("unit__code")
    return [
        Choice(
            row.unit_id, row.unit.name, row.contact_name, row.limit_days, tuple(row.duties),
            "被反映单位及其下属单位" if row.unit_id in barred else "",
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """A wish for more time that waits for the manager."""

    id: UUID
    number: str
    unit: str
    days: int
    ground: str
    reason: str
    asked_at: datetime
    due_at: datetime


def wishes(actor: Actor, after: UUID | None = None, limit: int = PAGE) -> list[Wish]:
    """Return undecided wishes for more time at the manager's hotline, the oldest first, after the one with this id."""
    if not may(actor, "orders.manage"):
        raise NotYours("您不能审批延期。")
    rows = Extension.objects.filter(decision="", order__center_id=actor.unit_id).select_related("order")
    rows = rows.filter(id__gt=after) if after else rows
    return [
        Wish(
            row.id, row.order.number, name_of(row.unit_id), row.days, GROUNDS.get(row.ground, row.ground), row.reason,
            row.asked_at, row.former_due,
        )
        for row in rows.order_by("id")[:limit]
    ]  # fmt: skip
