"""What every draft begins with: who may, the report with its officer, and the word to that officer."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import NotYours
from bangban.oversight.reports.actions.door import accounts_of, officers, tell
from bangban.oversight.reports.content import Content, plain
from bangban.oversight.reports.deadlines import due_at
from bangban.oversight.reports.models import Report
from bangban.oversight.reports.numbers import REPORTS
from bangban.oversight.reports.parties import reaches
from bangban.oversight.reports.terms import DUTY
from bangban.registry.org.models import BodyKind, Staff
from bangban.registry.org.reads import place


def officer_of(actor: Actor, body_id: int) -> None:
    """Raise NotYours for whoever does not prepare the reports of this hotline."""
    body = place(body_id)
    if (
        body is None
        or body.kind != BodyKind.HOTLINE
        or not may(actor, "reports.prepare")
        or not reaches(actor, body_id)
    ):
        raise NotYours("没有找到这个热线，请核对机构。")


def new_report(
    actor: Actor, kind: str, body_id: int, title: str, content: Content, at: datetime, period: str = ""
) -> Report:
    """Return an unsaved report with its next number, its officer and the time it is due."""
    responsible = _responsible(actor, body_id, period)
    return Report(
        number=REPORTS.next(at), state="drafted", kind=kind, period=period, first=content.first, last=content.last,
        body_id=body_id, title=title, content=plain(content), cut_off_at=content.cut_off, generated_at=at,
        due_at=due_at(period, at, work_calendar()), made_by=actor.public_name, responsible=responsible,
        responsible_name=responsible.name if responsible else "",
    )  # fmt: skip


def _responsible(actor: Actor, body_id: int, period: str) -> Staff | None:
    """Whoever drafts it; else who was responsible for the last of its kind; else the only officer there is."""
    known = officers(body_id)
    by_id = {one.id: one for one in known}
    if actor.staff_id in by_id:
        return by_id[actor.staff_id]
    earlier = (
        Report.objects.filter(body_id=body_id, period=period).exclude(responsible=None).order_by("-created_at").first()
    )
    if earlier and earlier.responsible_id in by_id:
        return by_id[earlier.responsible_id]
    return known[0] if len(known) == 1 else None


def tell_drafted(work: Deed[Report]) -> None:
    """Tell the responsible officer, or all there are, once that a report is there to be checked."""
    report = work.record
    told = [report.responsible.account_id] if report.responsible else accounts_of(report.body_id, DUTY)
    tell(work, told, f"《{report.title}》已生成，请核对。", "drafted")
