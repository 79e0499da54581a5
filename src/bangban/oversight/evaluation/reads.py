"""Ratings as plain objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.oversight.evaluation.doors import door_of
from bangban.oversight.evaluation.models import Grade, Invitation, InvitationState, Option, Rating
from bangban.oversight.evaluation.rules import rates
from bangban.services.queues.models import Ticket

ASK_FOR = timedelta(minutes=3)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class OptionView:
    """One option."""

    code: str
    label: str


@dataclass(frozen=True)
class InvitationView:
    """What the rating page needs."""

    number: str
    round: int
    state: str
    closes_at: datetime
    with_guide: bool
    grades: tuple[tuple[str, str], ...]
    options: dict[str, tuple[OptionView, ...]]
    given: str


def invitation_for(actor: Actor, number: str) -> InvitationView | None:
    """Return the latest invitation of a record for its user, None when there is none."""
    door = door_of(number)
    record = door.find(actor, number)
    if not door.may_rate(record, actor):
        return None
    row = Invitation.objects.filter(record_id=record.id).select_related("rating").order_by("-round").first()
    return _view(row) if row else None


def _view(row: Invitation) -> InvitationView:
    given = row.rating.grade if row.state == InvitationState.RATED else ""
    separate = row.guide_id is not None and row.guide_id != row.staff_id
    grades = tuple(Grade.choices)
    return InvitationView(row.number, row.round, row.state, row.closes_at, separate, grades, options(), given)


def waiting_at_window(window_id: int) -> InvitationView | None:
    """Return what the rating device at a window asks now: the service that has just ended there, while nobody else is
    served (DB23-8.1.1); None when there is nothing to ask.
    """
    at_window = Ticket.objects.filter(window_id=window_id, business_date__gte=now().date() - ONE_DAY)
    if at_window.filter(state="serving").exists():
        return None
    last = at_window.filter(state="done", ended_at__gte=now() - ASK_FOR).order_by("-ended_at").first()
    row = Invitation.objects.filter(record_id=last.id, state=InvitationState.OPEN).first() if last else None
    return _view(row) if row else None


def options() -> dict[str, tuple[OptionView, ...]]:
    """Return the options in force by grade."""
    found: dict[str, tuple[OptionView, ...]] = dict.fromkeys(Grade.values, ())
    for row in Option.objects.filter(valid_to=None).order_by("code"):
        found[row.grade] = (*found[row.grade], OptionView(row.code, row.label))
    return found


@dataclass(frozen=True)
class Satisfaction:
    """How a group of units was rated; rates are None when nobody rated, and coverage stands beside them."""

    invited: int
    rated: int
    counts: dict[str, int]
    positive_rate: float | None
    negative_rate: float | None
    coverage: float | None


def satisfaction(unit_ids: list[int], first: date, last: date) -> Satisfaction:
    """Return ratings of services of some units between two days; default and excluded ones are left out (F1.12)."""
    invited = Invitation.objects.filter(unit_id__in=unit_ids, invited_at__date__range=(first, last)).count()
    rows = Rating.objects.filter(
        unit_id__in=unit_ids, at__date__range=(first, last), is_default=False, is_excluded=False
    )
    counts = dict.fromkeys(Grade.values, 0) | dict(rows.values_list("grade").annotate(Count("id")))
    return Satisfaction(invited, sum(counts.values()), counts, **rates(counts, invited))
