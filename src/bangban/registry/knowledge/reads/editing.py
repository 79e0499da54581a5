"""What editors and reviewers of entries look at."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Count, F

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.registry.knowledge.answer import answer_of
from bangban.registry.knowledge.flow import ENTRY_FLOW, ENTRY_STATES
from bangban.registry.knowledge.models import Entry, EntryVersion, Feedback, Standing
from bangban.registry.knowledge.parties import of_entry, reach_of
from bangban.registry.knowledge.reads.entries import Ref, by_ref, card_of, current
from bangban.registry.knowledge.rules import differences, problems_of
from bangban.registry.knowledge.terms import FeedbackKind
from bangban.registry.knowledge.views import CorrectionView, EntryCard, EntryDraft, EntryVersionLine


def pending(actor: Actor, limit: int = 100) -> list[EntryCard]:
    """Return the entries in the actor's reach with a draft or a version to review, newest first. One query."""
    rows = EntryVersion.objects.filter(reach_of(actor, "entry__"), entry__pending_revision=F("revision"))
    return [card_of(row) for row in rows.select_related("entry").order_by("-entry__updated_at", "entry_id")[:limit]]


def flagged(actor: Actor, limit: int = 100) -> list[EntryCard]:
    """Return published entries in the actor's reach whose item changed since they were reviewed (BJO-2.4-b)."""
    rows = current().filter(reach_of(actor, "entry__"), entry__flagged_at__isnull=False)
    return [card_of(row) for row in rows.order_by("-entry__flagged_at", "entry_id")[:limit]]


def review_due(actor: Actor, today: date, limit: int = 100) -> list[EntryCard]:
    """Return published entries in the actor's reach whose review day has come (GB33358-4.2.5). One query."""
    rows = current().filter(reach_of(actor, "entry__"), entry__review_on__lte=today)
    return [card_of(row) for row in rows.order_by("entry__review_on", "entry_id")[:limit]]


def corrections(actor: Actor, moment: datetime, limit: int = 100) -> list[CorrectionView]:
    """Return error reports that wait for an answer, the most urgent first. One query."""
    rows = Feedback.objects.filter(reach_of(actor, "entry__"), kind=FeedbackKind.CORRECTION, handled_at=None)
    rows = rows.filter(entry__versions__revision=F("revision")).annotate(question=F("entry__versions__question"))
    return [
        CorrectionView(
            id=row.id,
            entry_id=row.entry_id,
            entry_number=row.entry.number,
            revision=row.revision,
            question=row.question,
            text=row.text,
            given_at=row.given_at,
            due_at=row.due_at,
            overdue=row.due_at is not None and row.due_at < moment,
        )
        for row in rows.select_related("entry").order_by("due_at", "id")[:limit]
    ]


def draft(ref: Ref, actor: Actor) -> EntryDraft | None:
    """Return the version in work of an entry in the actor's reach, or its current one; None for strangers.

    `changes` is the difference to the version in effect. Two queries.
    """
    entry = Entry.objects.filter(by_ref(ref)).first()
    parties = of_entry(entry, actor) - {"reader"} if entry else frozenset()
    if entry is None or not parties:
        return None
    rows = {row.revision: row for row in entry.versions.filter(revision__in=[entry.pending_revision, entry.revision])}
    work = rows.get(entry.pending_revision or 0) or rows.get(entry.revision or 0)
    if work is None:
        return None
    former = rows.get(entry.revision or 0)
    content = answer_of(work)
    return EntryDraft(
        id=entry.id,
        number=entry.number,
        state=entry.state,
        state_label=ENTRY_STATES[entry.state],
        version=entry.version,
        revision=work.revision,
        standing=work.standing,
        standing_label=Standing(work.standing).label,
        body_id=entry.body_id,
        content=content,
        problems={problem.field: problem.sentence for problem in problems_of(content, business_date(now()))},
        author_name=work.author_name,
        change_note=work.change_note,
        changes=differences(answer_of(former) if former else None, content),
        allowed_actions=tuple(dict.fromkeys(line.action for line in ENTRY_FLOW.allowed(entry, parties))),
    )


def history(ref: Ref) -> list[EntryVersionLine]:
    """Return the change history of an entry with author, reviewer, time and difference, newest first. One query."""
    rows = list(EntryVersion.objects.filter(entry__in=Entry.objects.filter(by_ref(ref))).order_by("revision"))
    contents = [answer_of(row) for row in rows]
    lines = [
        EntryVersionLine(
            revision=row.revision,
            standing=row.standing,
            standing_label=Standing(row.standing).label,
            author_name=row.author_name,
            written_at=row.written_at,
            reviewer_name=row.reviewer_name,
            reviewed_at=row.reviewed_at,
            change_note=row.change_note,
            changes=differences(contents[place - 1] if place else None, contents[place]),
        )
        for place, row in enumerate(rows)
    ]
    return lines[::-1]


def overview() -> dict[str, int]:
    """Return how many entries stand in each state. One query."""
    return dict(Entry.objects.values_list("state").annotate(total=Count("id")))
