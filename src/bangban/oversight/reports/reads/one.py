"""One report for whoever prepares, releases, reads or received it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.documents.paper import Paper
from bangban.foundation.flows.flow import NotYours, Transition
from bangban.oversight.reports.actions.door import officers
from bangban.oversight.reports.flow import FLOW, STATES, UNSENT
from bangban.oversight.reports.models import Report, ReportSending
from bangban.oversight.reports.papers import paper_of
from bangban.oversight.reports.parties import parties
from bangban.oversight.reports.terms import Way

OWN = frozenset({"viewer", "officer", "manager"})


@dataclass(frozen=True)
class SendingView:
    """One line of the register."""

    id: UUID
    name: str
    channel: str
    sent_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str
    registered_by: str
    note: str


@dataclass(frozen=True)
class Officer:
    """A statistics officer who can be made responsible."""

    id: int
    name: str


@dataclass(frozen=True)
class Difference:
    """A total that the report and the orders do not agree on."""

    label: str
    report: int
    orders: int


@dataclass(frozen=True)
class ReportView:
    """A report with its paper, its register, and what the viewer may do."""

    number: str
    title: str
    kind: str
    period: str
    body_id: int
    state: str
    state_label: str
    paper: Paper
    comment: str
    suggestions: str
    responsible_id: int | None
    responsible: str
    checked: tuple[str, datetime] | None
    released: tuple[str, datetime] | None
    made_by: str
    generated_at: datetime
    cut_off_at: datetime
    due_at: datetime
    late: bool
    reason: str
    trouble: str
    agrees: bool | None
    differences: tuple[Difference, ...]
    matter_number: str
    has_documents: bool
    own: bool
    sendings: tuple[SendingView, ...]
    officers: tuple[Officer, ...]
    allowed: tuple[Transition, ...]

    @property
    def allowed_actions(self) -> list[str]:
        """Return the codes of what the viewer may do now."""
        return [line.action for line in self.allowed]


def opened(actor: Actor, number: str) -> tuple[Report, frozenset[str]]:
    """Return a report and what the actor is to it; NotYours for strangers."""
    row = Report.objects.select_related("responsible").filter(number=number.strip().upper()).first()
    found = parties(row, actor) if row else frozenset()
    if row is None or not found:
        raise NotYours("没有找到这份报告，请核对编号。")
    return row, found


def report_view(actor: Actor, number: str) -> ReportView:
    """Return a report; NotYours for strangers."""
    row, found = opened(actor, number)
    own, allowed = bool(found & OWN), tuple(FLOW.allowed(row, found))
    sendings = ReportSending.objects.filter(report=row).order_by("sent_at", "name")
    if not own:
        sendings = sendings.filter(unit_id=actor.unit_id)
    unacknowledged = any(line.unit_id == actor.unit_id and line.acknowledged_at is None for line in sendings)
    allowed = tuple(line for line in allowed if line.action != "acknowledge" or unacknowledged)
    return ReportView(
        number=row.number,
        title=row.title,
        kind=row.kind,
        period=row.period,
        body_id=row.body_id,
        state=row.state,
        state_label=STATES[row.state],
        paper=paper_of(row),
        comment=row.comment,
        suggestions=row.suggestions,
        responsible_id=row.responsible_id,
        responsible=row.responsible_name,
        checked=(row.checked_name, row.checked_at) if row.checked_at else None,
        released=(row.released_name, row.released_at) if row.released_at else None,
        made_by=row.made_by,
        generated_at=row.generated_at,
        cut_off_at=row.cut_off_at,
        due_at=row.due_at,
        late=row.state in UNSENT and row.due_at <= now(),
        reason=row.reason,
        trouble=row.trouble,
        agrees=row.agrees,
        differences=tuple(Difference(**one) for one in row.reconciled if one["report"] != one["orders"]),
        matter_number=row.matter_number,
        has_documents=bool(row.pdf_digest),
        own=own,
        sendings=tuple(_sending(line) for line in sendings),
        officers=tuple(Officer(one.id, one.name) for one in officers(row.body_id)) if own else (),
        allowed=allowed,
    )


def _sending(line: ReportSending) -> SendingView:
    return SendingView(
        id=line.id,
        name=line.name,
        channel=str(Way(line.channel).label),
        sent_at=line.sent_at,
        acknowledged_at=line.acknowledged_at,
        acknowledged_by=line.acknowledged_by,
        registered_by=line.registered_by,
        note=line.note,
    )
