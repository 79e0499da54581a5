"""The archive of orders: its catalogue, what lies in one file, and what is not complete yet (GB33358-5.5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Coalesce

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import NotYours
from bangban.foundation.flows.keyset import mark_of, position_of
from bangban.oversight.supervision.reads import tasks_of_order
from bangban.registry.org.reads import place
from bangban.services.hotline.flow import FLOW
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads import OrderView, order_view
from bangban.services.hotline.reads.complete import missing_of
from bangban.services.hotline.reads.messages import StoredFile, files, originals
from bangban.services.telephony.reads import recordings_of_record

LOOKED_AT = 100
_CATALOGUE = """
SELECT extract(year FROM o.archived_at AT TIME ZONE 'Asia/Shanghai')::int AS year, coalesce(c.code, ''), coalesce(c.name, '未分类'),
    o.lead_unit_id, count(*), min(o.archive_number), max(o.archive_number)
FROM hotline_workorder o LEFT JOIN hotline_category c ON c.id = o.category_id
WHERE o.state = 'archived' AND o.center_id = %s
GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 2, 5 DESC LIMIT 2000
"""


@dataclass(frozen=True)
class Shelf:
    """One line of the catalogue: a year, a class, a unit, and how many files from which to which number."""

    year: int
    code: str
    category: str
    unit_id: int | None
    unit: str
    count: int
    first: str
    last: str


@dataclass(frozen=True)
class Piece:
    """One thing in a file: its place, what it is, when it came to be, by whom, and how many."""

    position: int
    part: str
    title: str
    at: datetime | None
    by: str
    count: int


@dataclass(frozen=True)
class Gap:
    """An ended order that cannot be filed, and what is missing."""

    number: str
    visited_at: datetime | None
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Gaps:
    """A page of ended orders that cannot be filed; `following` is the mark of the next page, or empty."""

    rows: tuple[Gap, ...]
    following: str


def check(actor: Actor) -> int:
    """Return the hotline whose archive the actor may search; NotYours without the duty."""
    if not may(actor, "archives.search") or actor.unit_id is None:
        raise NotYours("您的岗位没有查阅档案的权限。")
    return actor.unit_id


def catalogue(actor: Actor) -> list[Shelf]:
    """Return the catalogue by year, class and unit, made from what lies in the archive."""
    center = check(actor)
    with connection.cursor() as cursor:
        cursor.execute(_CATALOGUE, [center])
        rows = cursor.fetchall()
    found = []
    for archived, code, name, unit_id, count, first, last in rows:
        unit = place(unit_id)
        found.append(Shelf(archived, code, name, unit_id, unit.name if unit else "热线直接答复", count, first, last))
    return found


def contents(actor: Actor, number: str) -> tuple[OrderView, tuple[Piece, ...]]:
    """Return an archived order with its list of contents; NotYours for one that is not archived or not the actor's."""
    check(actor)
    view = order_view(actor, number)
    if view.state != "archived":
        raise NotYours("这张工单还没有归档。")
    order = view.order
    pieces: list[tuple[str, str, datetime | None, str, int]] = [
        ("服务对象", "服务对象信息", order.registered_at or order.received_at, view.agent, 1),
        ("事项", "诉求事项记录", order.registered_at or order.received_at, view.agent, 1),
        *(("事项", f"来信原文 {one.subject}".strip(), one.received_at, "", 1) for one in originals(actor, order.number)),
        *(("办理", f"{one.role_label}：{one.unit}", one.offered_at, one.signed_by, 1) for one in view.units),
        *(("办理", f"三方通话：{one.unit}", one.consent_at, "", 1) for one in view.three_parties),
        *(("办理", f"答复（{one.channel}）", one.at, f"{one.unit} {one.by}".strip(), 1) for one in view.replies),
        ("办理", "办理结果", order.completed_at, view.handler or view.agent, 1),
        *(("督办", f"{one.trigger_label}督办 {one.number}", one.created_at, one.officer, 1) for one in tasks_of_order(order.number)),
        *(("回访", f"第{one.round}轮回访", one.done_at, one.staff, 1 + len(one.attempts)) for one in view.visits),
        *(("附件", file_title(one), one.at, " ".join(filter(None, [one.unit, one.by])), 1) for one in files(actor, order.number)),
        *(("附件", f"通话录音 {one.reference}", one.at, "", 1) for one in recordings_of_record(order.number)),
        ("经过", "办理经过", order.archived_at, "", len(view.timeline)),
    ]  # fmt: skip
    return view, tuple(Piece(place, *one) for place, one in enumerate(pieces, 1))


def file_title(file: StoredFile) -> str:
    """Return what a file is in a list of contents: the step that it belongs to, and its name."""
    lines = FLOW.by_action.get(file.step, ())
    return f"{lines[0].label if lines else '诉求人提供'}：{file.name}"


def gaps(actor: Actor, after: str = "") -> Gaps:
    """Return ended orders that cannot be filed yet, with what is missing, the oldest first.

    `after` is the mark of the page before (Incomplete when it is none). A page ends early after many orders without a gap.
    """
    center = check(actor)
    # A refused order is not called back: it waits since it was refused.
    ended = WorkOrder.objects.filter(center_id=center, state__in=("visited", "refused")).annotate(
        since=Coalesce("visited_at", "updated_at")
    )
    if after:
        at, last_id = position_of(after)
        ended = ended.filter(Q(since__gt=at) | Q(since=at, id__gt=last_id))
    looked = list(ended.order_by("since", "id")[: LOOKED_AT + 1])
    lacks = missing_of(looked[:LOOKED_AT])
    found = tuple(
        Gap(order.number, order.visited_at, tuple(lacks[order.id])) for order in looked[:LOOKED_AT] if lacks[order.id]
    )
    last = looked[LOOKED_AT - 1] if len(looked) > LOOKED_AT else None
    return Gaps(found, mark_of(last.since, last.id) if last else "")
