"""The queue of call-backs, what came of them, and how far the policy was kept (GB33358-5.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import start_of_day
from bangban.foundation.flows.flow import NotYours
from bangban.services.hotline.models import Visit
from bangban.services.hotline.reads.units import name_of
from bangban.services.hotline.rules_handling import CLAIM_FOR
from bangban.services.hotline.terms import COMPLAINTS, Kind

PAGE = 50
WINDOW = timedelta(days=3)
WAITING = Q(state="due", order__state="completed") | Q(
    state="due", order__state="merged", order__merged_into__state__in=["completed", "visited"]
)


@dataclass(frozen=True)
class DueVisit:
    """A call-back that waits; who asked is on the order's page."""

    id: UUID
    number: str
    round: int
    kind: str
    unit: str
    main: str
    not_before: datetime
    tries: int
    claimed: bool


def due(actor: Actor, after: UUID | None = None, limit: int = PAGE) -> list[DueVisit]:
    """Return the call-backs that this visitor may make now, the oldest first, after the one with this id.

    None of orders that the visitor took in or handled; the order of the queue is no choice of anybody.
    """
    if not may(actor, "orders.visit"):
        raise NotYours("您不能办理回访。")
    rows = _open_for(actor).select_related("order", "order__merged_into").annotate(tries=Count("attempts"))
    if after and (last := Visit.objects.filter(id=after).values_list("not_before", "id").first()):
        rows = rows.filter(Q(not_before__gt=last[0]) | Q(not_before=last[0], id__gt=last[1]))
    at = now()
    return [
        DueVisit(
            id=row.id, number=row.order.number, round=row.round,
            kind=str(Kind(row.order.kind).label) if row.order.kind else "", unit=name_of(row.unit_id),
            main=row.order.merged_into.number if row.order.merged_into else "", not_before=row.not_before, tries=row.tries,
            claimed=row.claimed_at is not None and row.staff_id != actor.staff_id and row.claimed_at > at - CLAIM_FOR,
        )
        for row in rows.order_by("not_before", "id")[:limit]
    ]  # fmt: skip


def claimable(actor: Actor) -> QuerySet[Visit]:
    """Return the call-backs that this visitor can take now: due, claimed by nobody else, none of own work."""
    free = Q(claimed_at=None) | Q(claimed_at__lte=now() - CLAIM_FOR) | Q(staff_id=actor.staff_id)
    return _open_for(actor).filter(free).order_by("not_before", "id")


def _open_for(actor: Actor) -> QuerySet[Visit]:
    mine = Q(order__agent_id=actor.staff_id) | Q(order__handler_id=actor.staff_id)
    # Whoever is complained about does not find the complaint (F3.30).
    accused = Q(order__kind__in=COMPLAINTS, order__about_staff_id=actor.staff_id)
    rows = Visit.objects.filter(WAITING, not_before__lte=now(), order__center_id=actor.unit_id).exclude(mine | accused)
    return rows.exclude(order__assignments__signed_by_id=actor.staff_id)


@dataclass(frozen=True)
class Coverage:
    """How many completed rounds of a kind were to be called back, and how many were."""

    kind: str
    direct: bool
    completed: int
    drawn: int
    answered: int
    given_up: int


def coverage(center_id: int, first: date, last: date) -> list[Coverage]:
    """Return by kind how a hotline kept the policy for what was completed from one day to another (GB33358-5.4.1)."""
    start, end = start_of_day(first), start_of_day(last + timedelta(days=1))
    rows = (
        Visit.objects.filter(order__center_id=center_id, made_at__gte=start, made_at__lt=end)
        .values("order__kind", "order__direct")
        .annotate(
            completed=Count("id"),
            drawn=Count("id", filter=Q(policy__in=["all", "sampled"])),
            answered=Count("id", filter=Q(state="done")),
            given_up=Count("id", filter=Q(state="given_up")),
        )
        .order_by("order__kind", "order__direct")
    )
    return [
        Coverage(
            one["order__kind"], one["order__direct"], one["completed"], one["drawn"], one["answered"], one["given_up"]
        )
        for one in rows
    ]
