"""What everybody may read: appraisals published to the public, without ranks and without figures of few (GB33358-6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from bangban.foundation.flows.flow import NotYours
from bangban.foundation.flows.keyset import mark_of, position_of
from bangban.oversight.appraisal import rules
from bangban.oversight.appraisal.models import Appraisal, ScoreRow
from bangban.oversight.appraisal.terms import DIMENSIONS, PUBLIC_FIGURES, SCORED, UNIT_FIGURES, Circle, Figure
from bangban.oversight.appraisal.withholding import of_few
from bangban.oversight.reports.periods import Span, called

GONE = "没有找到这次考核：可能没有向社会公布，或者已经撤下。请从考核公布的列表里打开。"
FEW = "不公布"


@dataclass(frozen=True)
class PublicLine:
    """A published appraisal in a list."""

    number: str
    title: str
    first: date
    last: date
    center: str
    center_code: str
    published_at: datetime


@dataclass(frozen=True)
class PublicPage:
    """One page; `after` is empty on the last one."""

    rows: tuple[PublicLine, ...]
    after: str


@dataclass(frozen=True)
class PublicFigure:
    """A figure in words; `amount` is None where nothing was asked or where it, or another through it, tells of too `few`."""

    figure: Figure
    text: str
    amount: float | None
    few: bool


@dataclass(frozen=True)
class PublicUnit:
    """A unit's figures as they were published; `score` (0 to 100) is None when a rate in it is not told."""

    code: str
    name: str
    score: float | None
    figures: tuple[PublicFigure, ...]

    @property
    def idle(self) -> bool:
        """Tell whether nothing was asked of it or done by it in the period, so that no figure says anything."""
        return all(one.amount is None and not one.few for one in self.figures)


@dataclass(frozen=True)
class PublicAppraisal:
    """A published appraisal with its units in the order of the register, never by score (F3.03)."""

    line: PublicLine
    weights: tuple[tuple[str, int], ...]
    grades_count: bool
    units: tuple[PublicUnit, ...]


def public_page(*, hotline: str = "", after: str = "", limit: int = 20) -> PublicPage:
    """Return what is published to everybody, the newest first; `hotline` is the code of one.

    Raises Incomplete for a mark that was not given by us.
    """
    rows = _public()
    if hotline:
        rows = rows.filter(center__code=hotline)
    if after:
        at, last = position_of(after)
        rows = rows.filter(Q(published_at__lt=at) | Q(published_at=at, id__lt=last))
    found = list(rows.order_by("-published_at", "-id")[: limit + 1])
    shown = found[:limit]
    following = mark_of(shown[-1].published_at, shown[-1].id) if len(found) > limit and shown[-1].published_at else ""
    return PublicPage(tuple(_line(one) for one in shown), following)


def public_appraisal(number: str) -> PublicAppraisal:
    """Return one that is published to everybody; NotYours for all others, whatever their state."""
    record = _public().filter(number=number.strip().upper()).first()
    if record is None:
        raise NotYours(GONE)
    rows = record.rows.filter(staff=None).select_related("unit").order_by("unit__code")
    labels = {one.code: one.label for one in UNIT_FIGURES}
    return PublicAppraisal(
        _line(record),
        tuple((labels[code], record.weights[code]) for code in SCORED if record.weights.get(code)),
        any(record.weights.get(code) for code in DIMENSIONS),
        tuple(_unit(row, record.weights) for row in rows),
    )


def _public() -> QuerySet[Appraisal]:
    return Appraisal.objects.filter(state="published", circle=Circle.PUBLIC).select_related("center")


def _line(record: Appraisal) -> PublicLine:
    assert record.published_at is not None
    title = f"{called(record.period, Span(record.first, record.last))}承办考核"
    center = record.center
    return PublicLine(record.number, title, record.first, record.last, center.name, center.code, record.published_at)


def _unit(row: ScoreRow, weights: dict[str, float]) -> PublicUnit:
    assert row.unit is not None
    pairs = {**row.figures, **row.corrected}
    shown = tuple(_figure(one, pairs.get(one.code, (0, 0)), one.code in row.withheld) for one in PUBLIC_FIGURES)
    untold = {one.figure.code for one in shown if one.amount is None}
    score = None if untold & {code for code, weight in weights.items() if weight} else row.score
    return PublicUnit(row.unit.code, row.unit.name, score, shown)


def _figure(figure: Figure, pair: tuple[float, float], withheld: bool) -> PublicFigure:
    if withheld or of_few(pair[1]):
        return PublicFigure(figure, FEW, None, True)
    return PublicFigure(figure, rules.written(figure, pair), rules.amount(figure, pair), False)
