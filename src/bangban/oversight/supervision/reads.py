"""All queries of supervision: lists, one task, what stands on an order, the wall of limits (GB33358-4.2.4-e)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.models import ClockRule
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import ClockView, clocks_of
from bangban.foundation.flows.flow import NotYours, Transition
from bangban.foundation.flows.keyset import mark_of, position_of
from bangban.foundation.ledger.models import Event
from bangban.oversight.supervision.flow import FLOW, STATES
from bangban.oversight.supervision.models import Entry, Task
from bangban.oversight.supervision.parties import parties_of
from bangban.oversight.supervision.standing import standing
from bangban.oversight.supervision.terms import LEVELS, Result, Trigger, methods
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import place
from bangban.services.hotline.terms import COMPLAINTS
from bangban.services.matters import reads as matters

OFFICERS = ("supervision_officer", "hotline_manager")
"""The duties that supervise; the second only where nobody holds the first."""
BOXES = {"mine": "我督办的", "open": "督办中", "replied": "单位已回复", "unit": "督办本单位的", "all": "全部"}
HOTLINE_LIMITS = (
    "sms_response", "mailbox_response", "order_transfer", "order_sign", "order_handle", "order_assist", "order_dispute",
    "emergency_ack", "emergency_receipt", "order_visit", "order_archive", "supervision_reply",
)  # fmt: skip
EMERGENCY_LIMITS = ("emergency_ack", "emergency_receipt")


@dataclass(frozen=True)
class TaskRow:
    """One task in a list."""

    id: UUID
    number: str
    state: str
    state_label: str
    trigger: str
    trigger_label: str
    level: int
    level_label: str
    subject: str
    order_number: str
    matter_number: str
    unit: str
    officer: str
    cause: str
    created_at: datetime
    place: str
    clocks: tuple[ClockView, ...]

    @property
    def clock(self) -> ClockView | None:
        """Return the running clock that is due first."""
        running = [clock for clock in self.clocks if clock.state == "running"]
        return min(running, key=lambda clock: clock.due_at) if running else None


@dataclass(frozen=True)
class EntryLine:
    """One act of supervision."""

    at: datetime
    method: str
    by: str
    content: str
    facts: tuple[tuple[str, str], ...]
    file_number: str
    notice: UUID | None


@dataclass(frozen=True)
class TaskView:
    """A task for one viewer."""

    task: Task
    row: TaskRow
    entries: tuple[EntryLine, ...]
    unit_reply: str
    replied_at: datetime | None
    replied_by: str
    result: str
    conclusion: str
    closed_at: datetime | None
    closed_by: str
    standing: str
    allowed: tuple[Transition, ...]
    parties: frozenset[str]

    @property
    def allowed_actions(self) -> list[str]:
        """Return the codes of what this viewer may do now."""
        return list(dict.fromkeys(line.action for line in self.allowed))


@dataclass(frozen=True)
class OrderEntry:
    """One line of the part "supervision" of an order (GB33358-5.2.3.4)."""

    at: datetime
    task: str
    trigger: str
    method: str
    content: str
    reply: str
    result: str


@dataclass(frozen=True)
class Page:
    """One page of tasks and where the next one begins."""

    rows: tuple[TaskRow, ...]
    after: str


def page(actor: Actor, box: str = "mine", *, trigger: str = "", after: str = "", limit: int = 50) -> Page:
    """Return one page of a box, newest first; NotYours for a box that is not the actor's, Incomplete for a broken mark."""
    # Whoever is complained about does not find the complaint (F3.30).
    rows = _box(actor, box).exclude(order__kind__in=COMPLAINTS, order__about_staff_id=actor.staff_id)
    if trigger:
        rows = rows.filter(trigger=trigger)
    if after:
        at, last = position_of(after)
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=last))
    limit = max(1, min(limit, 100))
    found = list(rows.select_related("order", "officer").order_by("-created_at", "-id")[: limit + 1])
    shown = found[:limit]
    mark = mark_of(shown[-1].created_at, shown[-1].id) if len(found) > limit else ""
    return Page(_rows(shown), mark)


def boxes_of(actor: Actor) -> dict[str, str]:
    """Return the boxes that the actor's duties open."""
    found = {}
    if "supervision_officer" in actor.duties:
        found["mine"] = BOXES["mine"]
    if "undertaker" in actor.duties:
        found["unit"] = BOXES["unit"]
    if not actor.duties.isdisjoint({"supervision_officer", "hotline_manager", "statistics_officer", "hotline_agent"}):
        found |= {"open": BOXES["open"], "replied": BOXES["replied"], "all": BOXES["all"]}
    return found


def _box(actor: Actor, box: str) -> QuerySet[Task]:
    if box not in boxes_of(actor):
        raise NotYours("没有这个列表，或者您的岗位看不到它。")
    if box == "mine":
        return Task.objects.filter(officer_id=actor.staff_id).exclude(state="closed")
    if box == "unit":
        return Task.objects.filter(unit_id=actor.unit_id)
    rows = Task.objects.filter(center_id=actor.unit_id)
    return rows.exclude(state="closed") if box == "open" else rows.filter(state="replied") if box == "replied" else rows


def one(actor: Actor, number: str) -> TaskView:
    """Return one task with what this actor may do; NotYours for strangers."""
    task = Task.objects.select_related("order", "officer", "replied_by").filter(number=number.strip().upper()).first()
    parties = parties_of(task, actor) if task else frozenset()
    if task is None or not parties:
        raise NotYours("没有找到这项督办，请核对编号。")
    return TaskView(
        task=task,
        row=_rows([task])[0],
        entries=tuple(_entry(entry) for entry in task.entries.select_related("by").order_by("position")),
        unit_reply=task.unit_reply,
        replied_at=task.replied_at,
        replied_by=task.replied_by.name if task.replied_by else "",
        result=str(Result(task.result).label) if task.result else "",
        conclusion=task.conclusion,
        closed_at=task.closed_at,
        closed_by=_closed_by(task),
        standing=standing(task) if task.state != "closed" else "",
        allowed=tuple(FLOW.allowed(task, parties)),
        parties=parties,
    )


def _closed_by(task: Task) -> str:
    """Return who ended a task; empty while it is open or when it ended by itself."""
    last = Event.objects.filter(record_id=task.id, kind="supervision.close").order_by("-position").first()
    return last.actor_name if last else ""


def officers(center_id: int) -> dict[int, str]:
    """Return who may be named for a task of a hotline, by id and name: its officers, its managers where it has none."""
    return next((found for duty in OFFICERS if (found := holders(center_id, duty))), {})


def holders(center_id: int, duty: str) -> dict[int, str]:
    """Return who holds a duty at a hotline and still works there, by id and name."""
    rows = Staff.objects.filter(body_id=center_id, active=True, account__is_active=True, duties__contains=[duty])
    return dict(rows.order_by("name", "id").values_list("id", "name"))


def tasks_of_order(number: str, *, alone: bool = False) -> tuple[TaskRow, ...]:
    """Return the tasks of an order and, unless `alone`, of the concentrated matter it belongs to, newest first."""
    return _newest(_about(number, alone))


def tasks_of_matter(number: str) -> tuple[TaskRow, ...]:
    """Return the tasks of a concentrated matter as a whole, newest first."""
    return _newest(Q(matter_number=number))


def _newest(wanted: Q) -> tuple[TaskRow, ...]:
    rows = Task.objects.filter(wanted).select_related("order", "officer").order_by("-created_at")[:50]
    return _rows(list(rows))


def _about(order_number: str, alone: bool) -> Q:
    """Return the condition of what supervises an order: its own tasks, and those of its matter with all its orders."""
    numbers = [] if alone else matters.numbers_of(order_number)
    return Q(order__number=order_number) | Q(matter_number__in=numbers) if numbers else Q(order__number=order_number)


def entries_of_order(number: str, *, alone: bool = False) -> tuple[OrderEntry, ...]:
    """Return the supervision of an order, and of its matter, as its part and its print show it (GB33358-5.2.3.4).

    Each act is a line, or the task while there is none. `alone` leaves that of the matter out, for who must not learn
    which other orders the same caller told.
    """
    found: list[OrderEntry] = []
    for task in Task.objects.filter(_about(number, alone)).prefetch_related("entries").order_by("created_at"):
        ended = str(Result(task.result).label) if task.result else ""
        trigger = f"{Trigger(task.trigger).label}（{task.cause}）" if task.cause else str(Trigger(task.trigger).label)
        acts = sorted(task.entries.all(), key=lambda entry: entry.position)
        known = methods()
        found += [
            OrderEntry(
                entry.at, task.number, trigger, known[entry.method].label if entry.method in known else entry.method,
                entry.content, task.unit_reply, ended,
            )
            for entry in acts
        ] or [OrderEntry(task.created_at, task.number, trigger, "", task.conclusion, task.unit_reply, ended)]  # fmt: skip
    return tuple(found)


# A clock runs on an order of the hotline that has not ended, or on a task of its supervision.
RUNNING = """
SELECT c.code, count(*), count(*) FILTER (WHERE c.warn_at <= %(at)s AND c.due_at > %(at)s), count(*) FILTER (WHERE c.due_at <= %(at)s)
FROM clocks_clock c JOIN (
    SELECT id FROM hotline_workorder WHERE center_id = %(center)s AND NOT state IN ('archived', 'withdrawn')
    UNION ALL SELECT id FROM supervision_task WHERE center_id = %(center)s
) r ON r.id = c.record_id
WHERE c.state = 'running' AND c.code = ANY(%(codes)s::text[]) GROUP BY c.code
"""


@dataclass(frozen=True)
class LimitRow:
    """One limit of the hotline and how it stands now."""

    rule: str
    label: str
    clause: str
    limit: str
    running: int
    yellow: int
    red: int


def limits(center_id: int) -> tuple[LimitRow, ...]:
    """Return every limit of a hotline with its clause, and how many clocks run, are near and are over (GB33358-4.2.4-e)."""
    at = now()
    rules = {
        rule.code: rule
        for rule in ClockRule.objects.filter(code__in=HOTLINE_LIMITS, unit_id=None).order_by("valid_from")
    }
    counts: dict[str, list[int]] = {code: [0, 0, 0] for code in HOTLINE_LIMITS}
    with connection.cursor() as cursor:
        cursor.execute(RUNNING, {"codes": list(HOTLINE_LIMITS), "center": center_id, "at": at})
        for code, *totals in cursor.fetchall():
            counts[code] = totals
    words = {"working_day": "个工作日", "calendar_day": "天", "hour": "小时", "minute": "分钟", "second": "秒"}
    return tuple(
        LimitRow(
            code, rules[code].label, rules[code].clause, f"{rules[code].amount}{words[rules[code].unit]}", *counts[code]
        )
        for code in HOTLINE_LIMITS
        if code in rules
    )


def _rows(tasks: Sequence[Task]) -> tuple[TaskRow, ...]:
    titles = matters.titles([task.matter_number for task in tasks if task.order is None])
    clocks = _clocks(tasks)
    return tuple(_row(task, titles, clocks.get(task.id, ())) for task in tasks)


def _clocks(tasks: Sequence[Task]) -> dict[UUID, tuple[ClockView, ...]]:
    """Return the clocks of several tasks in one query; of an emergency those of the emergency itself come first."""
    urgent = {task.order_id for task in tasks if task.trigger == Trigger.EMERGENCY and task.order_id}
    known = clocks_of([*(task.id for task in tasks), *urgent], now())
    return {
        task.id: tuple(
            [clock for clock in known.get(task.order_id, []) if clock.rule in EMERGENCY_LIMITS]
            if task.order_id in urgent and task.trigger == Trigger.EMERGENCY and task.order_id is not None
            else []
        )
        + tuple(known.get(task.id, []))
        for task in tasks
    }


def _row(task: Task, titles: Mapping[str, str], clocks: tuple[ClockView, ...]) -> TaskRow:
    unit = place(task.unit_id)
    told = task.order.title or task.order.request if task.order else titles.get(task.matter_number, task.matter_number)
    subject = told[:60]
    return TaskRow(
        id=task.id, number=task.number, state=task.state, state_label=STATES[task.state], trigger=task.trigger,
        trigger_label=str(Trigger(task.trigger).label), level=task.level, level_label=LEVELS[task.level], subject=subject,
        order_number=task.order.number if task.order else "", matter_number=task.matter_number,
        unit=unit.name if unit else "", officer=task.officer.name, cause=task.cause, created_at=task.created_at,
        place=task.order.place[:40] if task.order else "", clocks=clocks,
    )  # fmt: skip


def _entry(entry: Entry) -> EntryLine:
    known = methods().get(entry.method)
    facts: dict[str, Any] = json.loads(entry.facts or "{}")
    labels: Sequence[tuple[str, str]] = known.asks if known else [(name, name) for name in facts]
    return EntryLine(
        entry.at, known.label if known else entry.method, entry.by.name, entry.content,
        tuple((label, str(facts.get(name, ""))) for name, label in labels), entry.file_number, entry.notice,
    )  # fmt: skip
