"""Comparing a report with the orders anew before it is released (GB33358-5.6.1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bangban.oversight.reports.content import Content, read
from bangban.oversight.reports.figures.counting import Scope, named
from bangban.oversight.reports.figures.measures import COHORTS, DONE, GROUPS, TOPIC_GROUPS
from bangban.oversight.reports.models import Report
from bangban.oversight.reports.periods import Span


@dataclass(frozen=True)
class Compared:
    """One total of the report beside the same total of the orders now."""

    label: str
    report: int
    orders: int

    @property
    def agrees(self) -> bool:
        """Tell whether both are equal."""
        return self.report == self.orders


def scope_of(report: Report) -> Scope:
    """Return whose orders of which days a report counts."""
    content = read(report.content)
    only: tuple[str, ...] = ()
    if report.kind == "special":
        only = tuple(report.orders.order_by("order_number").values_list("order_number", flat=True)) or ("",)
    return Scope(report.body_id, Span(content.first, content.last), report.cut_off_at, only)


def compare(report: Report) -> list[Compared]:
    """Count the totals of a report's orders anew, and add up its own parts."""
    content, scope = read(report.content), scope_of(report)
    received, completed = _total("received", scope), _total("completed", scope)
    found = [
        Compared("受理总量", content.line("received").now.part, received),
        Compared("办结量", content.line("completed").now.part, completed),
        Compared("回访到的人数", content.line("result_good").now.whole, _asked(scope)),
        Compared("各时段受理量之和", sum(point.now for point in content.points), received),
    ]
    names = {**GROUPS, **TOPIC_GROUPS}
    found += [
        Compared(f"按{names[group][1]}分受理量之和", sum(row.now for row in rows), received)
        for group, rows in content.groups.items()
    ]
    return [*found, *_linked(report, content)]


def _total(cohort: str, scope: Scope) -> int:
    chosen = COHORTS[cohort]
    (row,) = named(f"SELECT count(*) AS orders FROM {chosen.table} WHERE {scope.where(chosen)}", scope.values)
    return int(row["orders"])


def _asked(scope: Scope) -> int:
    visits = COHORTS["visits"]
    (row,) = named(
        f"SELECT count(*) AS asked FROM {visits.table} WHERE {scope.where(visits)} AND {DONE} AND v.result_satisfied IS NOT NULL",
        scope.values,
    )
    return int(row["asked"])


def _linked(report: Report, content: Content) -> list[Compared]:
    if content.topic is None:
        return []
    return [Compared("关联工单", content.topic.orders, report.orders.count())]


def stored(found: list[Compared]) -> list[dict[str, Any]]:
    """Return what is kept of a comparison."""
    return [{"label": one.label, "report": one.report, "orders": one.orders} for one in found]
