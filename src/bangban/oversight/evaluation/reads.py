"""Ratings as plain objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from bangban.foundation.access.actors import Actor
from bangban.oversight.evaluation.models import Grade, Invitation, InvitationState, Option, Rating
from bangban.oversight.evaluation.rules import rates
from bangban.services.cases.parties import parties_of
from bangban.services.cases.reads import get_case


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
    """Return the latest invitation of a case for its user, None when there is none."""
    case = get_case(actor, number)
    if "user" not in parties_of(case, actor):
        return None
    row = Invitation.objects.filter(record_id=case.id).select_related("rating").order_by("-round").first()
    if row is None:
        return None
    given = row.rating.grade if row.state == InvitationState.RATED else ""
    separate = row.guide_id is not None and row.guide_id != row.staff_id
    return InvitationView(number, row.round, row.state, row.closes_at, separate, tuple(Grade.choices), options(), given)


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
