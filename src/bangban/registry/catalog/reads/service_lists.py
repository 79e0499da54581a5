"""The published service lists 服务清单 and what they offer (T637-7.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from bangban.foundation.access.actors import CHANNELS, Actor
from bangban.foundation.clocks.models import Clock, ClockState
from bangban.registry.catalog.flow import REVIEW
from bangban.registry.catalog.models import ItemVersion, ServiceLine, ServiceList
from bangban.registry.catalog.parties import reach_of
from bangban.registry.catalog.terms import Service
from bangban.registry.catalog.views import DueList, ServiceLineView, ServiceListView
from bangban.registry.org.reads import front_door, place

ALWAYS = frozenset({Service.CONSULT.value})


def services_offered(item_id: UUID | None, body_id: int | None) -> frozenset[str]:
    """Return which services (consult, guide, assist, agency) the published lists offer for an item at a body.

    The body's own list speaks first, then that of the body above it, up to the city's centre. In a list the most
    specific line decides. Plain consultation is always offered. At most two queries.
    """
    bodies = _bodies(body_id)
    about = ItemVersion.objects.filter(item=item_id, listed=True).values_list("themes", "department_id").first()
    themes, department = about or ([], None)
    fitting = Q(item=None, theme="", department=None)
    if item_id:
        fitting |= Q(item=item_id) | Q(theme__in=themes) | Q(department=department, department__isnull=False)
    lines = ServiceLine.objects.filter(fitting, list__state="published", list__body__in=bodies).select_related("list")
    best = min(lines, key=lambda line: (bodies.index(line.list.body_id), _rank(line), line.position), default=None)
    return ALWAYS | frozenset(best.services) if best else ALWAYS


def _bodies(body_id: int | None) -> list[int]:
    """Return whose lists count for a body, the nearest first."""
    own = place(body_id)
    path = list(reversed(own.path)) if own else []
    try:
        last = front_door().id
    except LookupError:
        return path
    return [*path, *([last] if last not in path else [])]


def _rank(line: ServiceLine) -> int:
    if line.item_id:
        return 0
    return 1 if line.theme else 2 if line.department_id else 3


def service_list(body_id: int | None = None, revision: int | None = None) -> ServiceListView | None:
    """Return the published list of a body (the city's centre by default), or an earlier version. Four queries."""
    which = Q(state="published") if revision is None else Q(revision=revision, state__in=["published", "superseded"])
    if body_id is None:
        try:
            body_id = front_door().id
        except LookupError:
            return None
    row = ServiceList.objects.filter(which, body=body_id).select_related("body").first()
    return _list_view(row) if row else None


def service_list_rows(body_id: int | None = None) -> Iterator[tuple[str, ...]]:
    """Yield the published list as rows for an export, the heading first."""
    yield ("序号", "适用范围", "服务", "提供机构", "层级", "渠道", "服务时间", "帮办代办员", "备注")
    found = service_list(body_id)
    for line in found.lines if found else ():
        labels, channels = "、".join(line.service_labels), "、".join(line.channels)
        yield (
            str(line.position), line.subject, labels, line.body, line.level, channels, line.hours, line.helper,
            line.note,
        )  # fmt: skip


def _list_view(row: ServiceList) -> ServiceListView:
    lines = list(row.lines.select_related("body", "department").order_by("position"))
    ids = [line.item_id for line in lines if line.item_id]
    names = dict(ItemVersion.objects.filter(item__in=ids, standing="current").values_list("item_id", "name"))
    return ServiceListView(
        id=row.id,
        number=row.number,
        title=row.title,
        body_id=row.body_id,
        body=row.body.name,
        revision=row.revision,
        state=row.state,
        published_at=row.published_at,
        review_due_at=_review_clocks([row.id]).get(row.id),
        reviewer_name=row.reviewer_name,
        lines=tuple(_line_view(line, names) for line in lines),
    )


def _line_view(line: ServiceLine, names: dict[UUID, str]) -> ServiceLineView:
    if line.item_id:
        subject = names.get(line.item_id, "（事项已取消）")
    elif line.theme:
        subject = f"“{line.theme}”类事项"
    else:
        subject = f"{line.department.name}的事项" if line.department else "其他全部事项"
    return ServiceLineView(
        position=line.position,
        item_id=line.item_id,
        subject=subject,
        services=tuple(line.services),
        service_labels=tuple(Service(service).label for service in line.services),
        body_id=line.body_id,
        body=line.body.name,
        level=line.level,
        channels=tuple(CHANNELS.get(channel, channel) for channel in line.channels),
        hours=line.hours,
        helper=line.helper,
        note=line.note,
    )


def lists_due(now: datetime) -> list[DueList]:
    """Return published lists whose review clock has turned yellow or red, the oldest first. Two queries."""
    near = _review_clocks(warned_by=now)
    rows = ServiceList.objects.filter(state="published", id__in=near).select_related("body")
    found = [
        DueList(row.id, row.title, row.body_id, row.body.name, row.revision, near[row.id], near[row.id] < now)
        for row in rows
    ]
    return sorted(found, key=lambda due: due.review_due_at)


def _review_clocks(ids: Iterable[UUID] | None = None, warned_by: datetime | None = None) -> dict[UUID, datetime]:
    clocks = Clock.objects.filter(code=REVIEW, record_type=ServiceList.record_type, state=ClockState.RUNNING)
    if ids is not None:
        clocks = clocks.filter(record_id__in=list(ids))
    if warned_by is not None:
        clocks = clocks.filter(warn_at__lte=warned_by)
    return dict(clocks.values_list("record_id", "due_at"))


def pending_lists(actor: Actor) -> list[ServiceListView]:
    """Return lists in the actor's reach that are being written or wait for review."""
    rows = ServiceList.objects.filter(reach_of(actor, field="body"), state__in=["draft", "in_review"])
    return [_list_view(row) for row in rows.select_related("body").order_by("-updated_at")[:50]]
