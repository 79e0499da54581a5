"""Internal-control documents as lists and pages, and those that a scheme of appraisal may rest on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import NotYours, Transition
from bangban.oversight.holdings.flow import REGULATION
from bangban.oversight.holdings.models import Regulation, Revision
from bangban.oversight.holdings.parties import parties, reach_of
from bangban.oversight.holdings.reads.equipment import mark_of
from bangban.oversight.holdings.rules import editions_on, stage
from bangban.oversight.holdings.terms import RegulationKind
from bangban.registry.org.reads import place

PAGE, HISTORY, MOST = 50, 50, 200
IN_FORCE = "现行"


@dataclass(frozen=True)
class Coming:
    """An edition that begins on a later day; `text` only where one document is read."""

    edition: int
    valid_from: date
    valid_to: date | None
    title: str
    document_number: str
    text: str = ""


@dataclass(frozen=True)
class RegulationLine:
    """One edition of a document; `standing` says in words whether it is in force today, `stage` how near the review of
    the document is (0, 1, 2). `coming` are the editions that take its place on later days, the next one first.
    """

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
    coming: tuple[Coming, ...] = ()


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
    """A document as it holds today with its text and history, the latest step first; `newest` is what a revision
    begins with.
    """

    line: RegulationLine
    text: str
    newest: RegulationLine
    newest_text: str
    history: tuple[RevisionLine, ...]
    allowed: tuple[Transition, ...]


def regulation_page(actor: Actor, *, after: str = "", limit: int = PAGE) -> RegulationPage:
    """Return the documents of the actor's body and those below, by age of the entry."""
    rows = Regulation.objects.filter(reach_of(actor)).defer("text")
    rows = rows.filter(id__gt=mark_of(after)) if after else rows
    found = list(rows.order_by("id")[: limit + 1])
    shown = found[:limit]
    lines = _lines(shown, business_date(now()))
    return RegulationPage(tuple(lines), str(shown[-1].id) if len(found) > limit else "")


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
    today, editions = business_date(now()), _editions([one], texts=True)[one.id]
    shown, coming = _standing_today(one, editions, today)
    return RegulationView(
        _line(one, shown, coming, today, texts=True), shown.text, _line(one, one, [], today), one.text, history,
        tuple(REGULATION.allowed(one, found)),
    )  # fmt: skip


def in_force(body_id: int, today: date, *, kind: str = "") -> tuple[RegulationLine, ...]:
    """Return the documents of a body that are in force on a day, the appraisal of undertakers may name one (GB33358-6.1)."""
    rows = Regulation.objects.filter(body_id=body_id, state="current").defer("text").order_by("id")[:MOST]
    return tuple(line for line in _lines(list(rows), today) if line.standing == IN_FORCE and kind in ("", line.kind))


def _lines(rows: list[Regulation], today: date) -> list[RegulationLine]:
    """What is shown of each document; only those whose newest edition has not begun need their editions."""
    editions = _editions([one for one in rows if one.edition > 1 and one.valid_from > today])
    return [_line(one, *_standing_today(one, editions.get(one.id, []), today), today) for one in rows]


def _editions(rows: list[Regulation], *, texts: bool = False) -> dict[UUID, list[Revision]]:
    found: dict[UUID, list[Revision]] = defaultdict(list)
    if rows:
        kept = Revision.objects.filter(regulation__in=rows).exclude(text="")
        for one in kept if texts else kept.defer("text"):
            found[one.regulation_id].append(one)
    return found


def _standing_today(
    one: Regulation, editions: list[Revision], today: date
) -> tuple[Regulation | Revision, list[Revision]]:
    """The edition that holds today, else the next one, and those after it; an abolished document has only its last."""
    if one.state == "abolished" or not editions:
        return one, []
    holding, coming = editions_on(editions, today)
    return (holding, coming) if holding else (coming[0], coming[1:])


def _line(
    one: Regulation, shown: Regulation | Revision, coming: list[Revision], today: date, *, texts: bool = False
) -> RegulationLine:
    unit = place(shown.unit_id)
    later = tuple(
        Coming(row.edition, row.valid_from, row.valid_to, row.title, row.document_number, row.text if texts else "")
        for row in coming
    )
    return RegulationLine(
        number=one.number, kind=shown.kind, kind_label=str(RegulationKind(shown.kind).label), title=shown.title,
        document_number=shown.document_number, edition=shown.edition, valid_from=shown.valid_from,
        valid_to=shown.valid_to, unit_id=shown.unit_id, unit=unit.name if unit else "", review_months=one.review_months,
        review_due_on=one.review_due_on, state=one.state, standing=_standing(one.state, shown, today),
        stage=stage(one.review_due_on, today) if one.state == "current" else 0, coming=later,
    )  # fmt: skip


def _standing(state: str, shown: Regulation | Revision, today: date) -> str:
    if state == "abolished":
        return "已废止"
    if shown.valid_from > today:
        return "待施行"
    return "已失效" if shown.valid_to is not None and shown.valid_to < today else IN_FORCE
