"""Questions without a fitting entry: noted, answered by the department, drafted, published (BJ-5-e, BJ-3.2.3-b)."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.flows.deed import deed, opening
from bangban.foundation.flows.flow import Incomplete, starts
from bangban.registry.catalog import reads as catalog
from bangban.registry.knowledge.actions.entries import create_entry
from bangban.registry.knowledge.answer import Answer
from bangban.registry.knowledge.flow import CANDIDATE_FLOW, GAP
from bangban.registry.knowledge.models import Candidate, Entry
from bangban.registry.knowledge.numbers import number
from bangban.registry.knowledge.rules import question_key
from bangban.registry.knowledge.terms import Origin
from bangban.registry.org.reads import place

OPEN = ("open", "answered", "drafted")
QUESTION_LIMIT = 500


def note_gap(
    question: str, origin: str, *, body_id: int | None = None, region: str = "", item_id: UUID | None = None,
    origin_number: str = "", actor: Actor = SYSTEM,
) -> Candidate:  # fmt: skip
    """Note a question that no entry fits; the same question at the same body and item counts up instead.

    `question` must hold no personal data: the caller passes the sorted need, not the person's words. A clock starts
    within which the body answers. Raises Incomplete for an empty question or an unknown origin.
    """
    text = question.strip()[:QUESTION_LIMIT]
    if not question_key(text) or origin not in Origin.values:
        raise Incomplete("请写明问题和来源。", fields={"question": "请写明问题。"})
    try:
        with transaction.atomic():
            return _note(text, origin, body_id, region, item_id, origin_number, actor)
    except IntegrityError:
        return _note(text, origin, body_id, region, item_id, origin_number, actor)


def _note(
    text: str, origin: str, body_id: int | None, region: str, item_id: UUID | None, origin_number: str, actor: Actor
) -> Candidate:
    key = question_key(text)
    known = Candidate.objects.filter(question_key=key, body=body_id, item=item_id, state__in=OPEN).first()
    if known:
        find = Candidate.objects.select_for_update().filter(id=known.id).first
        with deed(CANDIDATE_FLOW, find, "ask_again", SYSTEM.through(actor.channel)) as work:
            work.change(asked=work.record.asked + 1, last_asked_at=work.at)
            work.tell(origin=origin, number=origin_number)
        return work.record
    candidate = Candidate(
        number=number("candidate"), state="open", question=text, question_key=key, body_id=body_id, region=region,
        item_id=item_id, origin=origin, origin_number=origin_number,
    )  # fmt: skip
    with transaction.atomic(), opening(CANDIDATE_FLOW, candidate, actor, clocks=(starts(GAP),)) as work:
        candidate.last_asked_at = work.at
        work.tell(origin=origin, number=origin_number)
    return candidate


def answer_candidate(candidate_id: UUID, actor: Actor, *, answer: str, basis: str) -> Candidate:
    """Give the department's standard answer with its basis."""
    with deed(
        CANDIDATE_FLOW, lambda: _locked(candidate_id), "answer", actor, {"answer": answer, "basis": basis}
    ) as work:
        work.change(answer=answer.strip(), basis=basis.strip(), answered_by_id=actor.staff_id, answered_at=work.at)
    return work.record


def draft_candidate(candidate_id: UUID, actor: Actor, content: Answer | None = None) -> Entry:
    """Make an entry of a candidate; without own content of its question and the department's answer."""
    with deed(CANDIDATE_FLOW, lambda: _locked(candidate_id), "draft", actor) as work:
        candidate = work.record
        entry = create_entry(content or _content(candidate), actor, body_id=candidate.body_id)
        work.change(entry_id=entry.id, drafted_at=work.at)
        work.tell(entry=str(entry.id))
    return entry


def _content(candidate: Candidate) -> Answer:
    body = place(candidate.body_id)
    item = catalog.item(candidate.item_id) if candidate.item_id else None
    return Answer(
        question=candidate.question,
        answer=candidate.answer,
        unit_name=body.name if body else "",
        region=candidate.region,
        item_ref=item.code if item else "",
        basis=candidate.basis,
    )


def dismiss_candidate(candidate_id: UUID, actor: Actor, reason: str) -> Candidate:
    """Say that a question needs no entry, and why."""
    with deed(CANDIDATE_FLOW, lambda: _locked(candidate_id), "dismiss", actor, {"reason": reason}) as work:
        work.tell(reason=reason)
    return work.record


def _locked(candidate_id: UUID) -> Candidate | None:
    return Candidate.objects.select_for_update().filter(id=candidate_id).first()
