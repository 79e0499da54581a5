"""How much work lies where: for the manager's page; three grouped queries, whatever the number of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q

from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.reads import ClockView, view_of
from bangban.services.cases.flow import FLOW, IN_SERVICE
from bangban.services.cases.models import Case

SHOWN = 100


def load_of(staff_ids: list[int]) -> dict[int, int]:
    """Return how many cases each member of staff has in service."""
    rows = Case.objects.filter(owner_id__in=staff_ids, state__in=IN_SERVICE).values_list("owner_id")
    return {owner: count for owner, count in rows.annotate(Count("id")) if owner is not None}


def waiting_of(units: list[int]) -> list[dict[str, Any]]:
    """Return for each unit how many cases wait, since when, how many are in service and how many wait for their loop."""
    rows = Case.objects.filter(unit_id__in=units).values("unit_id")
    counted = rows.annotate(
        waiting=Count("id", filter=Q(state="queued")),
        oldest=Min("created_at", filter=Q(state="queued")),
        serving=Count("id", filter=Q(state__in=IN_SERVICE)),
        following=Count("id", filter=Q(state__in=["closed", "following"])),
    )
    return [dict(row) for row in counted.order_by("-waiting", "-serving", "unit_id")]


@dataclass(frozen=True)
class Late:
    """A case with a running limit that is past."""

    number: str
    gist: str
    state: str
    owner: str
    unit_id: int
    clock: ClockView


def late_cases(units: list[int], at: datetime) -> list[Late]:
    """Return the cases in work with a clock that runs and is past its limit, the longest overdue first."""
    running = Clock.objects.filter(record_type=Case.record_type, state="running", due_at__lt=at).select_related("rule")
    wanted = Case.objects.filter(unit_id__in=units).exclude(state__in=FLOW.final)
    clocks = list(running.filter(record_id__in=wanted.values("id")).order_by("due_at")[:SHOWN])
    cases = {
        case.id: case for case in wanted.filter(id__in=[clock.record_id for clock in clocks]).select_related("owner")
    }
    return [_late(cases[clock.record_id], clock, at) for clock in clocks if clock.record_id in cases]


def _late(case: Case, clock: Clock, at: datetime) -> Late:
    owner = case.owner.name if case.owner else ""
    gist = (case.need_summary or case.question)[:60]
    return Late(case.number, gist, FLOW.states[case.state], owner, case.unit_id, view_of(clock, at))
