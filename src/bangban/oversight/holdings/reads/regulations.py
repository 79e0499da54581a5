"""Internal-control documents as lists and pages, and those that a scheme of appraisal may rest on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import NotYours, Transition
from bangban.oversight.holdings.flow import REGULATION
from bangban.oversight.holdings.models import Regulation
from bangban.oversight.holdings.parties import parties, reach_of
from bangban.oversight.holdings.reads.equipment import mark_of
from bangban.oversight.holdings.rules import stage
from bangban.oversight.holdings.terms import RegulationKind
from bangban.registry.org.reads import place

PAGE, HISTORY = 50, 50


@dataclass(frozen=True)
class RegulationLine:
    """One document; `standing` says in words whether it is in force today, `stage` how near its review is (0, 1, 2)."""

    number: str
    kind: str
    kind_label: str
    title: str
    document_number: str
    edition: int
    valid_from: date
    valid_to: date | None
    unit_id: int
    unit: str
    review_months: int
    review_due_on: date
    state: str
    standing: str
    stage: int


@dataclass(frozen=True)
class RegulationPage:
    """One page of documents."""

    rows: tuple[RegulationLine, ...]
    after: str


@dataclass(frozen=True)
class RevisionLine:
    """One step in a document's history; `text` only where an edition began."""

    step: str
    edition: int
    document_number: str
    valid_from: date
    change: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class RegulationView:
    """A document with its text and history, the latest step first."""

    line: RegulationLine
    text: str
    history: tuple[RevisionLine, ...]
    allowed: tuple[Transition, ...]


def regulation_page(actor: Actor, *, after: str = "", limit: int = PAGE) -> RegulationPage:
    """Return the documents of the actor's body and those below, by age of the entry."""
    rows = Regulation.objects.filter(reach_of(actor)).defer("text")
    rows = rows.filter(id__gt=mark_of(after)) if after else rows
    found = list(rows.order_by("id")[: limit + 1])
    shown = found[:limit]
    today = business_date(now())
    return RegulationPage(tuple(_line(one, today) for one in shown), str(shown[-1].id) if len(found) > limit else "")


def regulation_view(actor: Actor, number: str) -> RegulationView:
    """Return one document; NotYours for strangers."""
    one = Regulation.objects.filter(number=number.strip().upper()).first()
    found = parties(one, actor) if one else frozenset()
    if one is None or not found:
        raise NotYours("没有找到这份制度，请核对编号。")
    history = tuple(
        RevisionLine(
            row.get_step_display(), row.edition, row.document_number, row.valid_from, row.change, row.text, row.by_name,
            row.at,
        )
        for row in one.revisions.order_by("-at", "-id")[:HISTORY]
    )  # fmt: skip
    return RegulationView(_line(one, business_date(now())), one.text, history, tuple(REGULATION.allowed(one, found)))


def in_force(body_id: int, today: date, *, kind: str = "") -> tuple[RegulationLine, ...]:
    """Return the documents of a body that are in force on a day, the appraisal of undertakers may name one (GB33358-6.1)."""
    rows = Regulation.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today), body_id=body_id, state="current", valid_from__lte=today
    ).defer("text")
    rows = rows.filter(kind=kind) if kind else rows
    return tuple(_line(one, today) for one in rows.order_by("id")[:100])


def _line(one: Regulation, today: date) -> RegulationLine:
    unit = place(one.unit_id)
    return RegulationLine(
        number=one.number, kind=one.kind, kind_label=str(RegulationKind(one.kind).label), title=one.title,
        document_number=one.document_number, edition=one.edition, valid_from=one.valid_from, valid_to=one.valid_to,
        unit_id=one.unit_id, unit=unit.name if unit else "", review_months=one.review_months,
        review_due_on=one.review_due_on, state=one.state, standing=_standing(one, today),
        stage=stage(one.review_due_on, today) if one.state == "current" else 0,
    )  # fmt: skip


def _standing(one: Regulation, today: date) -> str:
    if one.state == "abolished":
        return "已废止"
    if one.valid_from > today:
        return "待施行"
    return "已失效" if one.valid_to is not None and one.valid_to < today else "现行"
