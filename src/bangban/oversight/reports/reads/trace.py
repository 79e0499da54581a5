"""Opening a figure of a report: what it means, how it was filtered, and the orders behind it (GB33358-5.6.2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours
from bangban.foundation.flows.keyset import mark_of, position_of
from bangban.oversight.reports.content import read
from bangban.oversight.reports.figures import BY_CODE, GROUPS, behind
from bangban.oversight.reports.figures.calls import MEANINGS, NAMED
from bangban.oversight.reports.figures.measures import COHORTS, TOPIC_GROUPS
from bangban.oversight.reports.figures.names import label_of
from bangban.oversight.reports.periods import Span, days
from bangban.oversight.reports.reads.one import OWN, opened
from bangban.oversight.reports.reconciling import scope_of
from bangban.oversight.supervision.flow import STATES as TASK_STATES
from bangban.registry.org.reads import place
from bangban.services.hotline.flow import STATES
from bangban.services.hotline.terms import Kind

UNIT_WORDS = {"given": "转办工单", "completed": "办结工单", "overdue": "超期未办结工单"}
CALLS, ORDERS = "话务统计", "热线工单"
SOURCES = {"visits": "回访记录", "supervision": "督办记录"}


@dataclass(frozen=True)
class TraceRow:
    """One order behind a figure; nothing in it says who asked."""

    number: str
    at: datetime
    state: str
    kind: str
    unit: str
    due_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True)
class TracePage:
    """A figure opened: `data` and `filters` say from what it was counted; `share` when it has a part and a whole.

    `tasks` when the rows are supervisions, not orders.
    """

    number: str
    title: str
    label: str
    meaning: str
    data: str
    filters: tuple[tuple[str, str], ...]
    share: bool
    orders: bool
    rows: tuple[TraceRow, ...]
    after: str
    tasks: bool = False


def trace(actor: Actor, number: str, source: str, *, of: str = "part", after: str = "", limit: int = 30) -> TracePage:
    """Open the figure that a cell of the paper names as its source; NotYours for strangers and unknown figures.

    A body that only received the report sees what a figure means, not the orders behind it.
    """
    report, found = opened(actor, number)
    code, group, key = _parts(source)
    content = read(report.content)
    filters = [("统计范围", days(Span(content.first, content.last)))]
    if code in MEANINGS:
        label = next(label for one, label, _ in NAMED if one == code)
        if content.unassigned:
            filters.append(("未计入", f"另有{content.unassigned:,}次来电不知属于哪条热线"))
        return TracePage(
            report.number,
            report.title,
            label,
            MEANINGS[code],
            CALLS,
            tuple(filters),
            False,
            False,
            (),
            "",
        )
    if code == "unit":
        label, meaning, query = f"{label_of('unit', key)}{UNIT_WORDS[group]}", "按牵头单位统计。", ORDERS
        filters.append(("承办单位", label_of("unit", key)))
        of, share, chosen = group, False, ("unit", "", key)
    else:
        measure = BY_CODE[code]
        label, meaning, share = measure.label, measure.meaning, bool(measure.whole)
        query = SOURCES.get(measure.cohort, ORDERS)
        filters.append(("范围", COHORTS[measure.cohort].label))
        if group:
            label = f"{label}：{label_of(group, key)}"
            filters.append(({**GROUPS, **TOPIC_GROUPS}[group][1], label_of(group, key)))
        chosen = (code, group, key)
    if not found & OWN:
        return TracePage(report.number, report.title, label, meaning, query, tuple(filters), share, False, (), "")
    rows = behind(
        scope_of(report),
        chosen[0],
        of,
        chosen[1],
        chosen[2],
        after=position_of(after) if after else None,
        limit=limit + 1,
    )
    shown = rows[:limit]
    return TracePage(
        number=report.number,
        title=report.title,
        label=label,
        meaning=meaning,
        data=query,
        tasks=query == SOURCES["supervision"],
        filters=tuple(filters),
        share=share,
        orders=True,
        rows=tuple(
            TraceRow(
                one.number, one.at, {**STATES, **TASK_STATES}.get(one.state, one.state), str(dict(Kind.choices).get(one.kind, "")),
                unit.name if (unit := place(one.unit_id)) else "", one.due_at, one.completed_at,
            )
            for one in shown
        ),
        after=mark_of(shown[-1].at, shown[-1].id) if len(rows) > limit else "",
    )  # fmt: skip


def _parts(source: str) -> tuple[str, str, str]:
    """Split "received:kind:complaint"; NotYours for a figure that no report has."""
    code, group, key = (*source.split(":", 2), "", "")[:3]
    if code == "unit" and group in UNIT_WORDS and key.isascii() and key.isdigit() and len(key) < 10:
        return code, group, key
    plain = not key or group in ("source", "kind", "subject") or (key.isascii() and key.isdigit() and len(key) < 13)
    if (code in BY_CODE or code in MEANINGS) and (not group or group in GROUPS or group in TOPIC_GROUPS) and plain:
        return code, group, key
    raise NotYours("没有找到这个数字，请从报告中打开。")
