"""Checklists as plain objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangban.oversight.patrols.models import Checklist, ChecklistLine
from bangban.oversight.patrols.terms import Kind


@dataclass(frozen=True)
class LineView:
    """One thing to look at."""

    code: str
    group: str
    label: str
    hint: str
    clause: str


@dataclass(frozen=True)
class ChecklistView:
    """One version of the checklist."""

    id: int
    kind: str
    version: int
    title: str
    valid_from: date
    published_by: str


def in_force(today: date, kind: str = Kind.STAFF) -> ChecklistView | None:
    """Return the latest version of a kind whose first day has come."""
    row = Checklist.objects.filter(kind=kind, valid_from__lte=today).order_by("-version").first()
    return ChecklistView(row.id, row.kind, row.version, row.title, row.valid_from, row.published_by) if row else None


def lines_of(checklist_id: int) -> list[LineView]:
    """Return the lines of a version in their order."""
    rows = ChecklistLine.objects.filter(checklist_id=checklist_id).order_by("position")
    return [LineView(row.code, row.group, row.label, row.hint, row.clause) for row in rows]
