"""Writing, publishing and reviewing service lists (T637-7.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from bangban.foundation.access.actors import CHANNELS, Actor
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.flows.deed import Deed, deed, opening
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.registry.catalog import parties
from bangban.registry.catalog.flow import LIST_FLOW, REVIEW
from bangban.registry.catalog.models import Item, ServiceLine, ServiceList
from bangban.registry.catalog.numbers import list_number
from bangban.registry.catalog.terms import Service
from bangban.registry.org.reads import place


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """One line: for one item, one theme, one department, or (none given) for everything else."""

    services: tuple[str, ...]
    body_id: int
    channels: tuple[str, ...]
    hours: str
    item_id: UUID | None = None
    theme: str = ""
    department_id: int | None = None
    helper: str = ""
    note: str = ""


def draft_list(
    body_id: int, title: str, lines: Sequence[NewLine], actor: Actor, *, review_days: int | None = None
) -> ServiceList:
    """Start the next version of a body's list, to be reviewed every `review_days` calendar days.

    NotAllowed while another version is in work, Incomplete with every wrong line.
    """
    if actor.kind != "system" and "editor" not in parties.parties(actor, body_id, None):
        raise NotYours("您不能维护这个机构的服务清单。")
    with transaction.atomic():
        known = ServiceList.objects.select_for_update().filter(body=body_id)
        if known.filter(state__in=["draft", "in_review"]).exists():
            raise NotAllowed("这个机构已有正在起草或审核的清单。", state="draft", allowed_actions=["edit", "discard"])
        last = ServiceList.objects.filter(body=body_id).aggregate(last=Max("revision"))["last"] or 0
        record = ServiceList(
            number=list_number(),
            state="draft",
            body_id=body_id,
            title=title,
            revision=last + 1,
            review_days=review_days,
            author_id=actor.staff_id,
            author_name=actor.public_name,
        )
        with opening(LIST_FLOW, record, actor) as work:
            _write(work, lines)
    return record


def edit_list(list_id: UUID, lines: Sequence[NewLine], actor: Actor) -> ServiceList:
    """Replace the lines of a draft."""
    with deed(LIST_FLOW, lambda: _locked(list_id), "edit", actor, {"lines": list(lines)}) as work:
        work.record.lines.all().delete()
        _write(work, lines)
        work.change(author_id=actor.staff_id, author_name=actor.public_name)
    return work.record


def _write(work: Deed[ServiceList], lines: Sequence[NewLine]) -> None:
    _check(lines)
    for position, line in enumerate(lines, 1):
        body = place(line.body_id)
        work.insert(
            ServiceLine(
                list_id=work.record.id,
                position=position,
                item_id=line.item_id,
                theme=line.theme,
                department_id=line.department_id,
                services=list(line.services),
                body_id=line.body_id,
                level=body.level if body else "",
                channels=list(line.channels),
                hours=line.hours,
                helper=line.helper,
                note=line.note,
            )
        )
    work.tell(lines=len(lines), revision=work.record.revision)


def _check(lines: Sequence[NewLine]) -> None:
    known = set(
        Item.objects.filter(id__in=[line.item_id for line in lines if line.item_id]).values_list("id", flat=True)
    )
    problems = {str(place): wrong for place, line in enumerate(lines, 1) if (wrong := _wrong(line, known))}
    if not lines:
        problems["lines"] = "清单至少要有一行。"
    if problems:
        raise Incomplete("清单内容有误。", fields=problems)


def _wrong(line: NewLine, known: set[UUID]) -> str:
    faults = {
        "请选择咨询、导办、帮办、代办中的服务。": not line.services or not set(line.services) <= set(Service.values),
        "请选择服务渠道。": not line.channels or not set(line.channels) <= set(CHANNELS),
        "请填写服务时间。": not line.hours,
        "没有找到提供服务的机构。": place(line.body_id) is None,
        "没有找到事项。": line.item_id is not None and line.item_id not in known,
        "一行只能对应一个事项、一个主题或一个部门。": sum(map(bool, (line.item_id, line.theme, line.department_id)))
        > 1,
    }
    return next((sentence for sentence, wrong in faults.items() if wrong), "")


def submit_list(list_id: UUID, actor: Actor) -> ServiceList:
    """Hand a list to review."""
    with deed(LIST_FLOW, lambda: _locked(list_id), "submit", actor) as work:
        pass
    return work.record


@transaction.atomic
def publish_list(list_id: UUID, actor: Actor) -> ServiceList:
    """Publish a list in place of the former version, which is kept; its review clock starts (T637-7.1-b, -c).

    NotAllowed for the author: another person reviews.
    """
    record = _locked(list_id)
    if record and actor.staff_id is not None and record.author_id == actor.staff_id:
        raise NotAllowed("这份清单由您起草，须由另一人审核公布。", state=record.state, allowed_actions=[])
    with deed(LIST_FLOW, lambda: record, "publish", actor) as work:
        former = ServiceList.objects.filter(body=work.record.body, state="published").first()
        if former:
            _supersede(former.id, actor)
        work.change(published_at=work.at, reviewer_id=actor.staff_id, reviewer_name=actor.public_name)
        work.tell(revision=work.record.revision)
        _start_review(work)
    return work.record


def _start_review(work: Deed[ServiceList]) -> None:
    record = work.record
    if record.review_days:
        due = work.at + timedelta(days=record.review_days)
        clocks.start_until(work.writes, record, REVIEW, record.body_id, work.at, due)
    else:
        clocks.start(work.writes, record, REVIEW, record.body_id, work.at)


def _supersede(list_id: UUID, actor: Actor) -> None:
    with deed(LIST_FLOW, lambda: _locked(list_id), "_supersede", actor) as work:
        work.change(superseded_at=work.at)


def send_back_list(list_id: UUID, actor: Actor, reason: str) -> ServiceList:
    """Return a list to its author with a reason."""
    with deed(LIST_FLOW, lambda: _locked(list_id), "send_back", actor, {"reason": reason}) as work:
        work.tell(reason=reason)
    return work.record


def confirm_list(list_id: UUID, actor: Actor) -> ServiceList:
    """Say that the published list is still right; its review period starts anew (T637-7.1-c)."""
    with deed(LIST_FLOW, lambda: _locked(list_id), "confirm", actor) as work:
        _start_review(work)
    return work.record


def discard_list(list_id: UUID, actor: Actor) -> ServiceList:
    """Give a draft up."""
    with deed(LIST_FLOW, lambda: _locked(list_id), "discard", actor) as work:
        pass
    return work.record


def _locked(list_id: UUID) -> ServiceList | None:
    return ServiceList.objects.select_for_update().filter(id=list_id).first()
