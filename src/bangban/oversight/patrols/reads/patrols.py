"""Patrols as lists and pages, and the sheet that an inspector ticks for one member of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours, Transition
from bangban.foundation.flows.keyset import mark_of, position_of
from bangban.oversight.patrols.flow import FLOW, STATES
from bangban.oversight.patrols.models import Patrol, Result
from bangban.oversight.patrols.parties import parties, reach_of
from bangban.oversight.patrols.reads.checklists import LineView, lines_of
from bangban.oversight.patrols.terms import Kind, Verdict
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import place


@dataclass(frozen=True)
class PatrolRow:
    """One patrol in the list."""

    number: str
    kind: str
    state: str
    state_label: str
    body_name: str
    inspector: str
    began_at: datetime
    done_at: datetime | None
    staff: int
    failed: int


@dataclass(frozen=True)
class PatrolPage:
    """One page of the list; `after` is empty on the last one."""

    rows: tuple[PatrolRow, ...]
    after: str


@dataclass(frozen=True)
class Member:
    """A member of staff on the patrol's list, with what was seen so far."""

    id: int
    name: str
    work_number: str
    window: str
    checked: int
    failed: tuple[str, ...]


@dataclass(frozen=True)
class Ticked:
    """What is known of one line for one member."""

    line: LineView
    verdict: str
    note: str


@dataclass(frozen=True)
class PatrolView:
    """One patrol for its inspector or whoever may read it."""

    number: str
    kind: str
    state: str
    state_label: str
    body_id: int
    body_name: str
    checklist_title: str
    checklist_version: int
    lines: tuple[LineView, ...]
    inspector: str
    began_at: datetime
    done_at: datetime | None
    summary: str
    members: tuple[Member, ...]
    site: tuple[Ticked, ...]
    site_place: str
    allowed: tuple[Transition, ...]

    @property
    def allowed_actions(self) -> list[str]:
        """Return the codes of what the viewer may do now."""
        return [line.action for line in self.allowed]


@dataclass(frozen=True)
class Sheet:
    """The ticks of one member of staff on one patrol."""

    staff_id: int
    name: str
    work_number: str
    window: str
    ticks: tuple[Ticked, ...]
    following: int | None


def patrol_page(actor: Actor, *, after: str = "", limit: int = 30) -> PatrolPage:
    """Return patrols of the actor's body and those below, the newest first."""
    rows = Patrol.objects.filter(reach_of(actor))
    if after:
        at, last = position_of(after)
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=last))
    counted = rows.annotate(
        staff_seen=Count("results__staff", distinct=True),
        failed=Count("results", filter=Q(results__verdict=Verdict.FAIL)),
    )
    found = list(counted.select_related("checklist").order_by("-created_at", "-id")[: limit + 1])
    shown = found[:limit]
    return PatrolPage(
        tuple(_row(row) for row in shown), mark_of(shown[-1].created_at, shown[-1].id) if len(found) > limit else ""
    )


def _row(row: Patrol) -> PatrolRow:
    body = place(row.body_id)
    return PatrolRow(
        number=row.number,
        kind=row.checklist.kind,
        state=row.state,
        state_label=STATES[row.state],
        body_name=body.name if body else "",
        inspector=row.inspector_name,
        began_at=row.created_at,
        done_at=row.done_at,
        staff=row.staff_seen,  # type: ignore[attr-defined]
        failed=row.failed,  # type: ignore[attr-defined]
    )


def _opened(actor: Actor, number: str) -> tuple[Patrol, frozenset[str]]:
    row = Patrol.objects.select_related("checklist").filter(number=number.strip().upper()).first()
    found = parties(row, actor) if row else frozenset()
    if row is None or not found:
        raise NotYours("没有找到这次巡查，请核对编号。")
    return row, found


def patrol_view(actor: Actor, number: str) -> PatrolView:
    """Return a patrol with the people of its body; NotYours for strangers."""
    row, found = _opened(actor, number)
    body, about_site = place(row.body_id), row.checklist.kind == Kind.SITE
    seen = list(Result.objects.filter(patrol=row, staff=None).select_related("line")) if about_site else []
    return PatrolView(
        number=row.number,
        kind=row.checklist.kind,
        state=row.state,
        state_label=STATES[row.state],
        body_id=row.body_id,
        body_name=body.name if body else "",
        checklist_title=row.checklist.title,
        checklist_version=row.checklist.version,
        lines=tuple(lines_of(row.checklist_id)),
        inspector=row.inspector_name,
        began_at=row.created_at,
        done_at=row.done_at,
        summary=row.summary,
        members=() if about_site else tuple(_members(row)),
        site=_ticked(row, seen) if about_site else (),
        site_place=seen[0].window if seen else "",
        allowed=tuple(FLOW.allowed(row, found)),
    )


def _members(patrol: Patrol) -> list[Member]:
    """The people of the body in the order of their work numbers; after the patrol, only those who were looked at."""
    seen: dict[int, list[Result]] = {}
    for result in Result.objects.filter(patrol=patrol).select_related("line").order_by("line__position"):
        if result.staff_id is not None:
            seen.setdefault(result.staff_id, []).append(result)
    people = Staff.objects.filter(Q(id__in=seen) | Q(body_id=patrol.body_id, active=True))
    people = people.exclude(id=patrol.inspector_id) if patrol.state == "open" else people.filter(id__in=seen)
    return [
        Member(
            id=one.id,
            name=one.name,
            work_number=one.work_number,
            window=seen[one.id][0].window if one.id in seen else "",
            checked=len(seen.get(one.id, [])),
            failed=tuple(
                f"{result.line.label}：{result.note}"
                for result in seen.get(one.id, [])
                if result.verdict == Verdict.FAIL
            ),
        )
        for one in people.order_by("work_number", "id")
    ]


def staff_sheet(actor: Actor, number: str, staff_id: int) -> Sheet:
    """Return the lines for one member with what was ticked, and who comes next unseen; NotYours for strangers."""
    row, _ = _opened(actor, number)
    members = _members(row)
    member = next((one for one in members if one.id == staff_id), None)
    if member is None:
        raise NotYours("没有找到这名人员，请核对人员名单。")
    seen = list(Result.objects.filter(patrol=row, staff_id=staff_id).select_related("line"))
    after = members[members.index(member) + 1 :] + members[: members.index(member)]
    return Sheet(
        staff_id=member.id,
        name=member.name,
        work_number=member.work_number,
        window=member.window,
        ticks=_ticked(row, seen),
        following=next((one.id for one in after if not one.checked), None),
    )


def last_site_check(body_id: int) -> datetime | None:
    """Return when the premises of a body were last looked at to the end; None for never (GB33358-4.2.1)."""
    rows = Patrol.objects.filter(body_id=body_id, state="done", checklist__kind=Kind.SITE)
    return rows.order_by("-done_at").values_list("done_at", flat=True).first()


def _ticked(patrol: Patrol, seen: list[Result]) -> tuple[Ticked, ...]:
    known = {result.line.code: (result.verdict, result.note) for result in seen}
    return tuple(Ticked(line, *known.get(line.code, ("", ""))) for line in lines_of(patrol.checklist_id))
