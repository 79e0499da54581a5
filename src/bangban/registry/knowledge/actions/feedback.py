"""What readers do with entries: report errors, rate, use, confirm reading."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.deed import deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.registry.knowledge.actions.entries import locked
from bangban.registry.knowledge.flow import ENTRY_FLOW
from bangban.registry.knowledge.models import Entry, Feedback, ReadConfirmation
from bangban.registry.knowledge.reads.entries import Ref, by_ref
from bangban.registry.knowledge.rules import repair_due
from bangban.registry.knowledge.terms import FeedbackKind

USE = """
INSERT INTO knowledge_entryuse (entry_id, day, channel, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (entry_id, day, channel) DO UPDATE SET count = knowledge_entryuse.count + 1
"""
TEXT_LIMIT = 1_000


def report_error(ref: Ref, actor: Actor, text: str) -> UUID:
    """Report an error in the current version 纠错; it must be answered within five working days. Returns its id.

    Guests and service users may report too: their words come in through the system's door, without their names.
    """
    text = text.strip()[:TEXT_LIMIT]
    door = actor if actor.is_staff or actor.kind == "system" else Actor("system", actor.kind, channel=actor.channel)
    with deed(ENTRY_FLOW, lambda: locked(ref), "report", door, {"text": text}) as work:
        row = Feedback(
            entry_id=work.record.id,
            revision=_revision(work.record),
            kind=FeedbackKind.CORRECTION,
            text=text,
            actor_kind=actor.kind,
            staff_id=actor.staff_id,
            given_at=work.at,
            due_at=repair_due(work.at, work_calendar()),
        )
        work.insert(row)
        work.tell(feedback=str(row.id), revision=row.revision)
        if work.record.body_id:
            work.topics.add(f"unit:{work.record.body_id}")
    return row.id


def answer_report(feedback_id: UUID, actor: Actor, *, accepted: bool, outcome: str) -> None:
    """Answer an error report: accepted (a new version follows) or explained; NotAllowed when it was answered before."""
    known = Feedback.objects.filter(id=feedback_id, kind=FeedbackKind.CORRECTION).first()
    if known is None:
        raise NotYours("没有找到这条纠错。")
    entry_id = known.entry_id
    given = {"outcome": outcome.strip()}
    with deed(ENTRY_FLOW, lambda: locked(entry_id), "answer_report", actor, given) as work:
        report = Feedback.objects.select_for_update().get(id=feedback_id)
        if report.handled_at:
            raise NotAllowed("这条纠错已经处理过了。", state=work.record.state)
        report.handled_at, report.handled_by_id = work.at, actor.staff_id
        report.accepted, report.outcome = accepted, outcome.strip()
        work.changed(report, "handled_at", "handled_by", "accepted", "outcome")
        work.tell(feedback=str(feedback_id), accepted=accepted)


def rate_entry(ref: Ref, actor: Actor, *, helpful: bool) -> None:
    """Note whether an entry helped; a mere count, so it writes no event."""
    entry = Entry.objects.filter(by_ref(ref), state="published").first()
    if entry is None:
        raise NotYours("没有找到这个条目。")
    kind = FeedbackKind.HELPFUL if helpful else FeedbackKind.UNHELPFUL
    Feedback.objects.create(
        entry=entry,
        revision=_revision(entry),
        kind=kind,
        actor_kind=actor.kind,
        staff_id=actor.staff_id,
        given_at=now(),
    )


def count_use(entry_id: UUID, channel: str, at: datetime) -> None:
    """Count that an entry was cited in an answer (F3.29, GB33358-4.3.2-b)."""
    with connection.cursor() as cursor:
        cursor.execute(USE, [entry_id, business_date(at), channel])


def confirm_read(ref: Ref, actor: Actor) -> None:
    """Note that a member of staff has read the current version of a law, policy or rule; twice is once (DB3205-6.2)."""
    if actor.staff_id is None:
        raise Incomplete("只有工作人员需要确认已读。", fields={})
    with deed(ENTRY_FLOW, lambda: locked(ref), "confirm_read", actor) as work:
        this = {"entry_id": work.record.id, "revision": _revision(work.record), "staff_id": actor.staff_id}
        if not ReadConfirmation.objects.filter(**this).exists():
            work.insert(ReadConfirmation(**this, read_at=work.at))
        work.tell(revision=work.record.revision)


def _revision(entry: Entry) -> int:
    """Return the version in effect; the flow lets only entries through that have one."""
    if entry.revision is None:
        raise NotAllowed("这个条目还没有发布。", state=entry.state)
    return entry.revision
