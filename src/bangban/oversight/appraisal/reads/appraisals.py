"""Appraisals for their readers: lists, one with its rows, imported surveys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import NotYours, Transition
from bangban.foundation.ledger.models import Event
from bangban.oversight.appraisal import rules
from bangban.oversight.appraisal.flow import APPRAISAL
from bangban.oversight.appraisal.models import Appraisal, Objection, ScoreRow, Survey
from bangban.oversight.appraisal.parties import ACCEPTS, UNSHOWN, appraisal_parties
from bangban.oversight.appraisal.reads.marks import mark_of
from bangban.oversight.appraisal.terms import AGENT_FIGURES, SCORED, UNIT_BY_CODE, UNIT_FIGURES, Circle, Figure, Method
from bangban.oversight.reports.periods import Span, called
from bangban.registry.org.reads import place

PAGE = 30


@dataclass(frozen=True)
class AppraisalLine:
    """One appraisal in a list."""

    id: UUID
    number: str
    title: str
    state: str
    state_label: str
    center: str
    objections_until: datetime | None
    published_at: datetime | None
    open_objections: int


@dataclass(frozen=True)
class AppraisalPage:
    """One page of appraisals and where the next one begins."""

    rows: tuple[AppraisalLine, ...]
    after: str


@dataclass(frozen=True)
class Cell:
    """One figure of a sheet in words, with the parts beneath it."""

    figure: Figure
    text: str
    part: float
    whole: float
    corrected: bool
    was: str


@dataclass(frozen=True)
class ObjectionLine:
    """One objection and its answer."""

    id: UUID
    row_id: UUID
    unit: str
    reason: str
    by: str
    at: datetime
    accepted: bool | None
    answer: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True)
class SheetLine:
    """The sheet of one unit or agent; `coverage` tells how many answers stand behind the rates, `few` that
    they are too few for a place.
    """

    id: UUID
    name: str
    unit_id: int | None
    staff_id: int | None
    rank: int | None
    score: float | None
    cells: tuple[Cell, ...]
    coverage: str
    methods: tuple[tuple[str, int, str, str], ...]
    correction: str
    few: bool

    def cell(self, code: str) -> Cell:
        """Return one figure; KeyError for one that the sheet does not have."""
        for one in self.cells:
            if one.figure.code == code:
                return one
        raise KeyError(code)


@dataclass(frozen=True)
class CircleChange:
    """Who changed to whom an appraisal is published, when and why."""

    at: datetime
    by: str
    circle: str
    reason: str


@dataclass(frozen=True)
class AppraisalView:
    """An appraisal for one viewer: a unit sees only its own row until everything is published."""

    record: Appraisal
    line: AppraisalLine
    weights: tuple[tuple[str, int], ...]
    units: tuple[SheetLine, ...]
    agents: tuple[SheetLine, ...]
    objections: tuple[ObjectionLine, ...]
    circles: tuple[CircleChange, ...]
    allowed: tuple[Transition, ...]
    parties: frozenset[str]

    @property
    def allowed_actions(self) -> list[str]:
        """Return the codes of what this viewer may do now."""
        return [line.action for line in self.allowed]


def appraisal_page(actor: Actor, after: str = "", limit: int = PAGE) -> AppraisalPage:
    """Return the appraisals that the actor may open, the newest first."""
    if not may(actor, "appraisal.view"):
        raise NotYours("您的岗位看不到考核。")
    mark = mark_of(after)
    found = Appraisal.objects.filter(_visible(actor)).select_related("center").order_by("-id")
    rows = list((found.filter(id__lt=mark) if mark else found)[: limit + 1])
    return AppraisalPage(
        tuple(_line(one) for one in rows[:limit]), str(rows[limit - 1].id) if len(rows) > limit else ""
    )


def _visible(actor: Actor) -> Q:
    wanted = Q(state="published")
    if ACCEPTS not in actor.duties:
        wanted |= Q(center_id=actor.unit_id)
    if "undertaker" in actor.duties:
        own = Exists(ScoreRow.objects.filter(appraisal=OuterRef("pk"), unit_id=actor.unit_id))
        wanted |= ~Q(state__in=UNSHOWN) & Q(own)
    return wanted


def one_appraisal(actor: Actor, number: str) -> AppraisalView:
    """Return an appraisal with the rows that this actor may see; NotYours for strangers."""
    record = Appraisal.objects.select_related("center").filter(number=number.strip().upper()).first()
    parties = appraisal_parties(record, actor) if record else frozenset()
    if record is None or not parties:
        raise NotYours("没有找到这次考核，请核对编号。")
    house, published = bool(parties & {"viewer", "manager", "system"}), record.state == "published"
    wanted = Q() if house else Q(staff_id=actor.staff_id) | (Q(staff=None) if published else Q(unit_id=actor.unit_id))
    rows = list(record.rows.filter(wanted).select_related("staff"))
    units = [_sheet(row, UNIT_FIGURES, record.weights) for row in rows if row.unit_id]
    agents = [_sheet(row, AGENT_FIGURES, record.agent_weights) for row in rows if row.staff_id]
    return AppraisalView(
        record=record,
        line=_line(record),
        weights=tuple((UNIT_BY_CODE[code].label, record.weights[code]) for code in SCORED if record.weights.get(code)),
        circles=tuple(_circles(record)) if published else (),
        units=tuple(sorted(units, key=lambda one: (one.rank is None, one.rank or 0, one.name))),
        agents=tuple(sorted(agents, key=lambda one: (one.score is None, -(one.score or 0), one.name))),
        objections=tuple(_objections(record, None if house else actor.unit_id)),
        allowed=tuple(APPRAISAL.allowed(record, parties)),
        parties=parties,
    )


def _circles(record: Appraisal) -> Iterable[CircleChange]:
    told = Event.objects.filter(record_id=record.id, kind=f"{Appraisal.record_type}.set_circle").order_by("position")
    for one in told:
        yield CircleChange(
            one.at, one.actor_name, str(Circle(one.data["circle"]).label), str(one.data.get("reason", ""))
        )


def _objections(record: Appraisal, unit_id: int | None) -> Iterable[ObjectionLine]:
    rows = (
        Objection.objects.filter(row__appraisal=record).select_related("row", "by", "answered_by").order_by("at", "id")
    )
    for one in rows if unit_id is None else rows.filter(row__unit_id=unit_id):
        unit = place(one.row.unit_id)
        yield ObjectionLine(
            one.id, one.row_id, unit.name if unit else "", one.reason, one.by.name, one.at, one.accepted, one.answer,
            one.answered_by.name if one.answered_by else "", one.answered_at,
        )  # fmt: skip


def _line(record: Appraisal) -> AppraisalLine:
    title = f"{called(record.period, Span(record.first, record.last))}承办考核"
    return AppraisalLine(
        record.id, record.number, title, record.state, APPRAISAL.states[record.state], record.center.name,
        record.objections_until, record.published_at, record.open_objections,
    )  # fmt: skip


def _sheet(row: ScoreRow, figures: tuple[Figure, ...], weights: dict[str, float]) -> SheetLine:
    unit = place(row.unit_id)
    name = unit.name if unit else row.staff.name if row.staff else ""
    cells = []
    for figure in figures:
        counted = row.figures.get(figure.code, [0, 0])
        pair = row.corrected.get(figure.code, counted)
        changed = figure.code in row.corrected
        was = rules.written(figure, counted) if changed else ""
        cells.append(Cell(figure, rules.written(figure, pair), pair[0], pair[1], changed, was))
    few = bool(row.unit_id) and row.score is not None and not rules.enough({**row.figures, **row.corrected}, weights)
    asked, done = row.figures.get("satisfied", [0, 0])[1], row.figures.get("completed", [0, 0])[0]
    return SheetLine(
        id=row.id, name=name, unit_id=row.unit_id, staff_id=row.staff_id, rank=row.rank, score=row.score, cells=tuple(cells),
        coverage=f"评价 {asked:g} · 办结 {done:g}" if row.unit_id else f"评价 {asked:g}", methods=tuple(_methods(row)),
        correction=row.correction, few=few,
    )  # fmt: skip


def _methods(row: ScoreRow) -> Iterable[tuple[str, int, str, str]]:
    for code, (answers, good, total, graded) in sorted(row.methods.items()):
        mean = f"{total / graded:.2f}" if graded else "未评价"
        yield str(Method(code).label), int(answers), f"{good:g}", mean


@dataclass(frozen=True)
class SurveyLine:
    """One import with what was refused."""

    number: str
    method: str
    source: str
    file_name: str
    digest: str
    accepted: int
    refused: tuple[tuple[int, str], ...]
    at: datetime
    state: str
    state_label: str


def surveys(actor: Actor, limit: int = PAGE) -> tuple[SurveyLine, ...]:
    """Return the latest imports of the actor's hotline."""
    if not may(actor, "appraisal.view") or ACCEPTS in actor.duties:
        raise NotYours("您的岗位看不到评价结果的导入。")
    labels = {"kept": "已导入", "withdrawn": "已撤回"}
    return tuple(
        SurveyLine(
            one.number, str(Method(one.method).label), one.source, one.file_name, one.digest, one.accepted,
            tuple((line, text) for line, text in one.refused), one.created_at, one.state, labels[one.state],
        )
        for one in Survey.objects.filter(center_id=actor.unit_id).order_by("-created_at", "-id")[:limit]
    )  # fmt: skip
