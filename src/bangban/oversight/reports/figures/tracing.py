"""Opening a figure: its definition and the orders it was counted from, by the same conditions (GB33358-5.6.2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bangban.oversight.reports.figures.counting import Scope, named
from bangban.oversight.reports.figures.measures import BY_CODE, COHORTS, DONE, GROUPS, LATE, TAKEN, TOPIC_GROUPS
from bangban.oversight.reports.figures.names import below

UNIT_PARTS = {
    "given": ("received", "o.transferred_at < %(cut)s AND o.lead_unit_id = %(key)s::bigint"),
    "overdue": ("standing", f"({TAKEN}) AND {LATE} AND o.lead_unit_id = %(key)s::bigint"),
    "completed": ("completed", "o.lead_unit_id = %(key)s::bigint"),
    "asked": ("visits", f"({DONE}) AND v.result_satisfied IS NOT NULL AND v.unit_id = %(key)s::bigint"),
}


@dataclass(frozen=True)
class Behind:
    """One order behind a figure; nothing in it says who asked."""

    id: UUID
    number: str
    at: datetime
    state: str
    kind: str
    unit_id: int | None
    due_at: datetime | None
    completed_at: datetime | None


def condition(code: str, of: str = "part", group: str = "", key: str = "") -> tuple[str, str, dict[str, Any]]:
    """Return cohort, condition and values of one figure, or of one class of it; KeyError for an unknown one."""
    if code == "unit":
        cohort, where = UNIT_PARTS[of]
        return cohort, where, {"key": int(key)}
    measure = BY_CODE[code]
    wanted = measure.whole if of == "whole" and measure.whole else measure.part
    if not group:
        return measure.cohort, wanted, {}
    expression, _ = {**GROUPS, **TOPIC_GROUPS}[group]
    if group == "category":
        where = "o.category_id = ANY(%(keys)s)" if key else "o.category_id IS NULL"
        return measure.cohort, f"({wanted}) AND {where}", {"keys": below(key)} if key else {}
    return measure.cohort, f"({wanted}) AND {expression} = %(key)s", {"key": key}


def behind(
    scope: Scope, code: str, of: str = "part", group: str = "", key: str = "", *, after: tuple[datetime, UUID] | None = None,
    limit: int = 30,
) -> list[Behind]:  # fmt: skip
    """Return the orders of a figure (the tasks, of supervision), the newest first, after a position.

    Orders are walked from the end of the period back until the page is full: what was completed or called back in a
    period was received before its end.
    """
    cohort_name, where, values = condition(code, of, group, key)
    cohort = COHORTS[cohort_name]
    values = {**scope.values, **values, "limit": limit}
    if cohort_name == "supervision":
        return _supervisions(f"{scope.where(cohort)} AND ({where})", values, after)
    if after:
        where = f"({where}) AND (o.received_at, o.id) < (%(at)s, %(id)s)"
        values |= {"at": after[0], "id": after[1]}
    wanted = f"{scope.where(cohort)} AND ({where})"
    if cohort_name == "visits":
        wanted = f"EXISTS (SELECT 1 FROM hotline_visit v WHERE v.order_id = o.id AND {wanted})"
    found = named(
        "SELECT o.id, o.number, o.received_at AS at, o.state, o.kind, o.lead_unit_id AS unit_id, o.due_at, o.completed_at"
        f" FROM hotline_workorder o WHERE o.received_at < %(until)s AND {wanted}"
        " ORDER BY o.received_at DESC, o.id DESC LIMIT %(limit)s",
        values,
    )
    return [Behind(**row) for row in found]


def _supervisions(wanted: str, values: dict[str, Any], after: tuple[datetime, UUID] | None) -> list[Behind]:
    """Return tasks, the newest first; a task of a whole matter has no order, so no kind and no limit."""
    if after:
        wanted += " AND (t.created_at, t.id) < (%(at)s, %(id)s)"
        values |= {"at": after[0], "id": after[1]}
    found = named(
        "SELECT t.id, t.number, t.created_at AS at, t.state, coalesce(o.kind, '') AS kind, t.unit_id, o.due_at, t.closed_at"
        f" AS completed_at FROM {COHORTS['supervision'].table} WHERE {wanted}"
        " ORDER BY t.created_at DESC, t.id DESC LIMIT %(limit)s",
        values,
    )
    return [Behind(**row) for row in found]
