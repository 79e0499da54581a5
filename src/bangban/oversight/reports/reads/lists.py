"""Reports as a list: those of the hotlines that the actor reaches, and those that its body was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.keyset import mark_of, position_of
from bangban.oversight.reports.flow import STATES, UNSENT
from bangban.oversight.reports.models import Report
from bangban.oversight.reports.parties import reach_of
from bangban.oversight.reports.terms import Kind, Period


@dataclass(frozen=True)
class ReportRow:
    """One report in the list; `late` when its time has passed and it was not sent."""

    number: str
    title: str
    kind: str
    state: str
    state_label: str
    responsible: str
    generated_at: datetime
    due_at: datetime
    late: bool
    sent: int
    acknowledged: int


@dataclass(frozen=True)
class ReportPage:
    """One page of the list; `after` is empty on the last one."""

    rows: tuple[ReportRow, ...]
    after: str


def report_page(actor: Actor, *, kind: str = "", after: str = "", limit: int = 30) -> ReportPage:
    """Return reports, the newest first; `kind` is a period, "special", or "" for all."""
    rows = Report.objects.filter(reach_of(actor))
    if kind == Kind.SPECIAL:
        rows = rows.filter(kind=Kind.SPECIAL)
    elif kind in Period.values:
        rows = rows.filter(kind=Kind.ROUTINE, period=kind)
    if after:
        at, last = position_of(after)
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=last))
    counted = rows.defer("content", "reconciled", "comment", "suggestions").annotate(
        sent=Count("sendings"), received=Count("sendings", filter=Q(sendings__acknowledged_at__isnull=False))
    )
    found = list(counted.order_by("-created_at", "-id")[: limit + 1])
    shown, moment = found[:limit], now()
    end = mark_of(shown[-1].created_at, shown[-1].id) if len(found) > limit else ""
    return ReportPage(tuple(_row(row, moment) for row in shown), end)


def _row(row: Report, at: datetime) -> ReportRow:
    return ReportRow(
        number=row.number,
        title=row.title,
        kind=str(Kind.SPECIAL.label) if row.kind == Kind.SPECIAL else str(Period(row.period).label),
        state=row.state,
        state_label=STATES[row.state],
        responsible=row.responsible_name,
        generated_at=row.generated_at,
        due_at=row.due_at,
        late=row.state in UNSENT and row.due_at <= at,
        sent=row.sent,  # type: ignore[attr-defined]
        acknowledged=row.received,  # type: ignore[attr-defined]
    )
