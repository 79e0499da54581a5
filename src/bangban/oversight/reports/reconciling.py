"""Comparing a report with the orders anew before it is released (GB33358-5.6.1.4).

What is compared is counted by another way than the report was: through the models, by conditions written here for
themselves, supervision from the ledger. A wrong condition in the table of measures does not agree with itself here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from bangban.foundation.clocks.models import Clock
from bangban.oversight.reports.content import Content, read
from bangban.oversight.reports.figures.counting import Scope
from bangban.oversight.reports.figures.measures import GROUPS, TOPIC_GROUPS
from bangban.oversight.reports.models import Report
from bangban.oversight.reports.periods import Span
from bangban.oversight.supervision.counting import by_ledger
from bangban.services.hotline.models import Visit, WorkOrder
from bangban.services.hotline.terms import Urgency


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
    received = _received(scope).count()
    anew = {
        "received": received,
        "completed": WorkOrder.objects.filter(_whose(scope), _within("completed_at", scope)).count(),
        "emergency": _received(scope).filter(~Q(emergency_class="") | Q(urgency=Urgency.EMERGENCY)).count(),
        "overdue": _standing(scope).filter(due_at__lt=scope.cut).count(),
        "unsigned": _standing(scope).filter(id__in=_over("order_sign", scope)).count(),
        "untransferred": _standing(scope).filter(id__in=_over("order_transfer", scope)).count(),
        "supervised": by_ledger(scope.center_id, scope.values["first"], scope.values["until"], scope.only),
    }
    found = [Compared(line.label, line.now.part, anew[line.code]) for line in content.lines if line.code in anew]
    found += [
        Compared("回访到的人数", content.line("result_good").now.whole, _asked(scope)),
        Compared("各时段受理量之和", sum(point.now for point in content.points), received),
    ]
    names = {**GROUPS, **TOPIC_GROUPS}
    found += [
        Compared(f"按{names[group][1]}分受理量之和", sum(row.now for row in rows), received)
        for group, rows in content.groups.items()
    ]
    return [*found, *_linked(report, content)]


def _whose(scope: Scope) -> Q:
    own = Q(center_id=scope.center_id)
    return own & Q(number__in=scope.only) if scope.only else own


def _within(field: str, scope: Scope) -> Q:
    return Q(**{f"{field}__gte": scope.values["first"], f"{field}__lt": scope.values["until"]})


def _received(scope: Scope) -> QuerySet[WorkOrder]:
    return WorkOrder.objects.filter(_whose(scope), _within("received_at", scope)).exclude(state="registering")


def _standing(scope: Scope) -> QuerySet[WorkOrder]:
    """Return what the hotline took on and nobody had finished at the cut-off, whenever it was received."""
    taken = WorkOrder.objects.filter(_whose(scope), received_at__lt=scope.values["until"]).filter(
        refusal="", merged_into=None
    )
    unfinished = Q(completed_at=None) | Q(completed_at__gte=scope.cut)
    return taken.filter(unfinished).exclude(state__in=("registering", "withdrawn"))


def _over(code: str, scope: Scope) -> QuerySet[Clock, Any]:
    late = Clock.objects.filter(record_type=WorkOrder.record_type, code=code, due_at__lt=scope.cut)
    still = Q(stopped_at=None) | Q(stopped_at__gte=scope.cut)
    return late.exclude(state="paused").filter(still).values("record_id")


def _asked(scope: Scope) -> int:
    whose = Q(order__center_id=scope.center_id)
    whose &= Q(order__number__in=scope.only) if scope.only else Q()
    asked = Visit.objects.filter(whose, _within("done_at", scope), state="done").exclude(result_satisfied=None)
    return asked.count()


def _linked(report: Report, content: Content) -> list[Compared]:
    if content.topic is None:
        return []
    return [Compared("关联工单", content.topic.orders, report.orders.count())]


def stored(found: list[Compared]) -> list[dict[str, Any]]:
    """Return what is kept of a comparison."""
    return [{"label": one.label, "report": one.report, "orders": one.orders} for one in found]
