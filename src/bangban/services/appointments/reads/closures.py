"""Closures with what is still to be done about them (DB23-6.5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours
from bangban.registry.halls.reads import hall
from bangban.services.appointments.flow import CLOSURE_FLOW
from bangban.services.appointments.models import Appointment, Closure
from bangban.services.appointments.parties import closure_parties
from bangban.services.appointments.reads.found import get_closure
from bangban.services.appointments.reads.lists import AppointmentPage, page_of
from bangban.services.appointments.words import moment_words

SHOWN = 50


@dataclass(frozen=True)
class ClosureView:
    """A closure; `affected` counts all bookings that it hit, `unhandled` those without an outcome."""

    id: UUID
    number: str
    state: str
    state_label: str
    body_id: int
    klass_id: int | None
    klass: str
    starts_at: datetime
    ends_at: datetime
    words: str
    reason: str
    closed_by: str
    created_at: datetime
    finished_at: datetime | None
    affected: int
    unhandled: int
    moved: int
    cancelled: int
    called: int
    allowed_actions: tuple[str, ...]


def closures(body_id: int, actor: Actor | None = None, limit: int = SHOWN) -> list[ClosureView]:
    """Return the closures of a hall, the latest first, with their counts. Two queries."""
    rows = Closure.objects.filter(body_id=body_id).select_related("closed_by").order_by("-starts_at", "-id")[:limit]
    return _views(list(rows), actor)


def closure_view(actor: Actor, number: str) -> ClosureView:
    """Return one closure for who manages the hall."""
    return _views([get_closure(actor, number)], actor)[0]


def affected(actor: Actor, number: str, after: str = "", limit: int = SHOWN) -> AppointmentPage:
    """Return the bookings that a closure hit, with what became of each."""
    closure = get_closure(actor, number)
    if not closure_parties(closure, actor):
        raise NotYours("没有找到这次停约，请核对编号。")
    return page_of(Appointment.objects.filter(closure=closure), after, limit)


def _views(rows: list[Closure], actor: Actor | None) -> list[ClosureView]:
    counted: dict[UUID, Mapping[str, Any]] = {
        row["closure"]: row
        for row in Appointment.objects.filter(closure__in=rows)
        .values("closure")
        .annotate(
            affected=Count("id"),
            unhandled=Count("id", filter=Q(state="affected")),
            moved=Count("id", filter=Q(outcome="moved")),
            cancelled=Count("id", filter=Q(outcome="cancelled")),
            called=Count("id", filter=Q(outcome="called")),
        )
    }
    return [_view(row, counted.get(row.id, {}), actor) for row in rows]


def _view(row: Closure, counted: Mapping[str, Any], actor: Actor | None) -> ClosureView:
    plan = hall(row.body_id)
    klass = plan.classes.get(row.klass_id or 0) if plan else None
    words = f"{moment_words(row.starts_at, plan.zone)} 至 {moment_words(row.ends_at, plan.zone)}" if plan else ""
    parties = closure_parties(row, actor) if actor else frozenset()
    allowed = [
        line.action for line in CLOSURE_FLOW.transitions if row.state in line.sources and parties & set(line.who)
    ]
    return ClosureView(
        id=row.id,
        number=row.number,
        state=row.state,
        state_label=CLOSURE_FLOW.states[row.state],
        body_id=row.body_id,
        klass_id=row.klass_id,
        klass=klass.name if klass else "全部业务",
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        words=words,
        reason=row.reason,
        closed_by=row.closed_by.name if row.closed_by else "",
        created_at=row.created_at,
        finished_at=row.finished_at,
        affected=counted.get("affected", 0),
        unhandled=counted.get("unhandled", 0),
        moved=counted.get("moved", 0),
        cancelled=counted.get("cancelled", 0),
        called=counted.get("called", 0),
        allowed_actions=tuple(allowed),
    )
