"""What inspections and ratings say about a member of staff, side by side and weighed (DB23-4.2, DB23-5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import NotYours
from bangban.oversight.evaluation.models import BAD, Grade, Option, Rating
from bangban.oversight.patrols.models import PatrolWeight, Result
from bangban.oversight.patrols.parties import below, reach_of
from bangban.oversight.patrols.rules import share, weighed
from bangban.oversight.patrols.terms import ATTITUDE, POOR_ATTITUDE, Verdict
from bangban.registry.org.models import Staff

DEFAULT_PERCENT = 50
MOST_NOTES = 20


@dataclass(frozen=True)
class LineCount:
    """How often one line was ticked, and how often it failed."""

    code: str
    label: str
    clause: str
    passed: int
    failed: int


@dataclass(frozen=True)
class Failure:
    """One fail of an inspection."""

    number: str
    at: datetime
    window: str
    label: str
    note: str


@dataclass(frozen=True)
class PoorRating:
    """One rating that names a poor attitude."""

    number: str
    at: datetime
    grade: str
    said: tuple[str, ...]
    rectified: bool


@dataclass(frozen=True)
class Weight:
    """The share of inspections in force, and who set it when and why."""

    percent: int
    valid_from: date | None
    set_by: str
    reason: str


@dataclass(frozen=True)
class StaffAppraisal:
    """Inspections and attitude ratings of one member of staff between two days, in percent where something was counted."""

    staff_id: int
    name: str
    work_number: str
    body_id: int
    first: date
    last: date
    patrols: int
    lines: tuple[LineCount, ...]
    failures: tuple[Failure, ...]
    inspection: float | None
    ratings: int
    attitude_said: dict[str, int]
    attitude_count: int
    attitude: float | None
    poor: tuple[PoorRating, ...]
    weight: Weight
    total: float | None


@dataclass(frozen=True)
class StaffRow:
    """One member of staff in the overview of a body."""

    id: int
    name: str
    work_number: str
    checked: int
    failed: int
    inspection: float | None
    poor: int


def weight_of(body_id: int, today: date) -> Weight:
    """Return the share in force for a body; half and half until management sets one."""
    rows = PatrolWeight.objects.filter(body_id=body_id, valid_from__lte=today).order_by("-valid_from", "-id")
    row = rows.first()
    return Weight(row.percent, row.valid_from, row.set_by, row.reason) if row else Weight(DEFAULT_PERCENT, None, "", "")


def weights_of(body_id: int, limit: int = 20) -> list[Weight]:
    """Return the shares that were set for a body, the latest first."""
    rows = PatrolWeight.objects.filter(body_id=body_id).order_by("-valid_from", "-id")
    return [Weight(row.percent, row.valid_from, row.set_by, row.reason) for row in rows[:limit]]


def staff_overview(actor: Actor, first: date, last: date, limit: int = 300) -> list[StaffRow]:
    """Return staff of the actor's reach who were inspected or poorly rated, with counts, those with fails first."""
    results = Result.objects.filter(reach_of(actor, "staff__body_id"), _between(first, last), patrol__state="done")
    counted = results.order_by().values("staff").annotate(
        checked=Count("id"), failed=Count("id", filter=Q(verdict=Verdict.FAIL))
    )  # fmt: skip
    seen = {row["staff"]: (row["checked"], row["failed"]) for row in counted}
    poor = _poor_counts(first, last)
    people = Staff.objects.filter(reach_of(actor), id__in={*seen, *poor})
    rows = [_staff_row(one, *seen.get(one.id, (0, 0)), poor.get(one.id, 0)) for one in people]
    return sorted(rows, key=lambda row: (-row.failed, -row.poor, row.work_number))[:limit]


def _staff_row(one: Staff, checked: int, failed: int, poor: int) -> StaffRow:
    return StaffRow(one.id, one.name, one.work_number, checked, failed, share(checked - failed, checked), poor)


def _poor_counts(first: date, last: date) -> dict[int, int]:
    rows = _counting(first, last).filter(options__overlap=list(POOR_ATTITUDE), staff_id__isnull=False)
    counted: dict[int, int] = dict(rows.order_by().values_list("staff_id").annotate(Count("id")))
    return counted


def appraisal(actor: Actor, staff_id: int, last: date, days: int = 90) -> StaffAppraisal:
    """Return what is known of one member of staff in the last `days` days; NotYours outside the actor's reach.

    Only finished patrols and counting ratings (F1.12) are in it.
    """
    staff = Staff.objects.filter(id=staff_id).first()
    if staff is None or not may(actor, "patrols.view") or not below(actor, staff.body_id):
        raise NotYours("没有找到这名人员，请核对工号。")
    first = last - timedelta(days=days - 1)
    results = Result.objects.filter(_between(first, last), staff=staff, patrol__state="done")
    lines = _line_counts(results)
    inspection = share(sum(line.passed for line in lines), sum(line.passed + line.failed for line in lines))
    ratings = list(
        _counting(first, last).filter(Q(staff_id=staff.id) | Q(staff_id=None, guide_id=staff.id)).select_related("rectification").order_by("-at")
    )  # fmt: skip
    speaking = [row for row in ratings if set(row.options) & set(ATTITUDE)]
    attitude = share(sum(row.grade not in BAD for row in speaking), len(speaking))
    labels = dict(Option.objects.filter(code__in=ATTITUDE).order_by("valid_from").values_list("code", "label"))
    weight = weight_of(staff.body_id, last)
    said = [code for row in speaking for code in row.options if code in ATTITUDE]
    return StaffAppraisal(
        staff_id=staff.id,
        name=staff.name,
        work_number=staff.work_number,
        body_id=staff.body_id,
        first=first,
        last=last,
        patrols=results.values("patrol").distinct().count(),
        lines=tuple(lines),
        failures=tuple(_failures(results)),
        inspection=inspection,
        ratings=len(ratings),
        attitude_said={labels.get(code, code): said.count(code) for code in ATTITUDE if code in said},
        attitude_count=len(speaking),
        attitude=attitude,
        poor=tuple(_poor(row, labels) for row in speaking if set(row.options) & set(POOR_ATTITUDE))[:MOST_NOTES],
        weight=weight,
        total=weighed(inspection, attitude, weight.percent),
    )


def _between(first: date, last: date) -> Q:
    return Q(at__date__range=(first, last))


def _counting(first: date, last: date) -> QuerySet[Rating]:
    return Rating.objects.filter(at__date__range=(first, last), is_default=False, is_excluded=False)


def _line_counts(results: QuerySet[Result]) -> list[LineCount]:
    """Count by code, so that the same thing looked at under two versions of the checklist is one line."""
    rows = (
        results.order_by()
        .values("line__code")
        .annotate(
            passed=Count("id", filter=Q(verdict=Verdict.PASS)), failed=Count("id", filter=Q(verdict=Verdict.FAIL))
        )
    )
    named = {
        code: (label, clause, position)
        for code, label, clause, position in results.order_by("line__checklist__version").values_list(
            "line__code", "line__label", "line__clause", "line__position"
        )
    }
    ordered = sorted(rows, key=lambda row: (named[row["line__code"]][2], row["line__code"]))
    return [
        LineCount(row["line__code"], *named[row["line__code"]][:2], row["passed"], row["failed"]) for row in ordered
    ]


def _failures(results: QuerySet[Result]) -> list[Failure]:
    rows = results.filter(verdict=Verdict.FAIL).select_related("patrol", "line").order_by("-at", "-id")[:MOST_NOTES]
    return [Failure(row.patrol.number, row.at, row.window, row.line.label, row.note) for row in rows]


def _poor(row: Rating, labels: dict[str, str]) -> PoorRating:
    work = getattr(row, "rectification", None)
    said = tuple(labels.get(code, code) for code in row.options if code in POOR_ATTITUDE)
    return PoorRating(
        row.number, row.at, str(Grade(row.grade).label), said, work is not None and work.closed_at is not None
    )
