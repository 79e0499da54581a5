"""Publishing the next version of the checklist (DB23-4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.locks import hold
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.oversight.patrols.models import Checklist, ChecklistLine
from bangban.oversight.patrols.terms import Kind


@dataclass(frozen=True)
class NewLine:
    """One line as management gives it; the same code in another version is the same thing looked at."""

    code: str
    group: str
    label: str
    clause: str
    hint: str = ""


@transaction.atomic
def publish_checklist(
    actor: Actor, title: str, lines: Sequence[NewLine], valid_from: date, *, kind: str = Kind.STAFF
) -> Checklist:
    """Publish a version; patrols already begun keep theirs. Raises NotYours without the duty, Incomplete for gaps."""
    if not may(actor, "hall.manage") and not (kind == Kind.SITE and may(actor, "orders.manage")):
        raise NotYours("没有找到这个页面。")
    problems = {} if title.strip() else {"title": "请填写巡查表名称。"}
    if not lines or any(not (line.code.strip() and line.label.strip() and line.clause.strip()) for line in lines):
        problems["lines"] = "每一项都要有编号、名称和条款。"
    elif len({line.code for line in lines}) != len(lines):
        problems["lines"] = "巡查项目的编号不能重复。"
    if problems:
        raise Incomplete("巡查表还不能发布。", fields=problems)
    hold("patrol checklist")
    latest = Checklist.objects.filter(kind=kind).order_by("-version").first()
    checklist = Checklist.objects.create(
        kind=kind, version=latest.version + 1 if latest else 1, title=title.strip(), valid_from=valid_from,
        published_by=actor.public_name,
    )  # fmt: skip
    ChecklistLine.objects.bulk_create(
        ChecklistLine(checklist=checklist, position=position, **vars(line)) for position, line in enumerate(lines, 1)
    )
    return checklist
