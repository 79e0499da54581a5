"""Talks with the assistant, and its search for other rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from bangban.foundation.privacy.crypto import digest
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.views import ItemCard
from bangban.registry.knowledge import reads as knowledge
from bangban.services.assistant.context import Conversation
from bangban.services.assistant.models import Session
from bangban.services.assistant.shelf import shelf
from bangban.services.assistant.telling import citation
from bangban.services.cases.actions.opening import Turn as CaseTurn
from bangban.services.conversation.models import Party

PATIENT = 20.0
"""Seconds that a list of found items waits while the index is built: an empty list would say that there are none."""


@dataclass(frozen=True)
class TurnView:
    """One stored turn."""

    position: int
    client_id: str
    question: str
    decision: str
    reason: str
    text: str
    answers: tuple[dict[str, Any], ...]
    solved: bool | None
    at: datetime


@dataclass(frozen=True)
class CasePart:
    """What goes from a talk into the case that follows it."""

    transcript: tuple[CaseTurn, ...]
    question: str
    item_id: UUID | None
    item_version: int | None
    reason: str


def turns(session: str) -> list[TurnView]:
    """Return the turns of a talk, oldest first; empty for an unknown key."""
    row = Session.objects.filter(key_digest=digest(session.encode())).first()
    if row is None:
        return []
    return [
        TurnView(t.position, t.client_id, t.question, t.decision, t.reason, t.text, tuple(t.answers), t.solved, t.at)
        for t in row.turns.order_by("position")
    ]


def case_part_of(session: str) -> CasePart | None:
    """Return transcript, recognised item and reason of a talk (T637-8.2-b); None for an unknown or empty one."""
    row = Session.objects.filter(key_digest=digest(session.encode())).first()
    said = turns(session) if row else []
    if row is None or not said:
        return None
    transcript: list[CaseTurn] = []
    for turn in said[-20:]:
        transcript.append(CaseTurn(Party.USER, turn.question))
        transcript.append(CaseTurn(Party.ASSISTANT, turn.text, _said(turn)))
    item = _item_spoken_of(row)
    return CasePart(
        tuple(transcript), _matter_of(said), item[0] if item else None, item[1] if item else None, said[-1].reason
    )


def _matter_of(said: list[TurnView]) -> str:
    """Return the last question that says what it is about: neither "give me a person" nor "and what must I bring"."""
    vague = ("asked_for_person", "follow_up", "picked", "small_talk", "empty", "not_solved", "second_miss")
    return next((turn.question for turn in reversed(said) if turn.reason not in vague), said[-1].question)


def _said(turn: TurnView) -> dict[str, Any]:
    """Return what a turn stands on; an answer names the version of the entry that was quoted."""
    quoted = turn.answers[0] if turn.decision == "answer" and turn.answers else {}
    cited = citation(quoted.get("kind", ""), quoted.get("id", ""), quoted.get("revision", 0))
    return {"answers": list(turn.answers), "decision": turn.decision, **cited}


def _item_spoken_of(row: Session) -> tuple[UUID, int] | None:
    about = msgspec.convert(row.context, Conversation).spoken_of
    if about is None or about.kind == "path":
        return None
    if about.kind == "item":
        return catalog.version_of(UUID(about.id))
    entry = knowledge.entry(UUID(about.id))
    return catalog.version_of(entry.item_id) if entry and entry.item_id else None


@dataclass(frozen=True)
class ItemHit:
    """An item found by words, with how well it fits."""

    id: UUID
    code: str
    name: str
    department: str
    limit: str
    score: float
    card: ItemCard


def search_items(text: str, limit: int = 10) -> list[ItemHit]:
    """Return the published items that fit a need, best first (BJ-3.1.1-b)."""
    hits = shelf.search(text, limit, items_only=True, patience=PATIENT) if text.strip() else []
    cards = {card.id: card for card in catalog.cards([UUID(hit.passage.id) for hit in hits])}
    found = [(cards[UUID(hit.passage.id)], hit.score) for hit in hits if UUID(hit.passage.id) in cards]
    return [ItemHit(card.id, card.code, card.name, card.department, card.limit, score, card) for card, score in found]


@dataclass(frozen=True)
class KnowledgeHit:
    """A standard answer found by words, ready to be quoted."""

    id: UUID
    number: str
    revision: int
    question: str
    answer: str
    basis: str
    source: str
    score: float


def search_knowledge(text: str, limit: int = 8) -> list[KnowledgeHit]:
    """Return the usable standard answers that fit what is being talked about, best first (BJ-7.1-c)."""
    hits = shelf.search(text, limit * 2, patience=PATIENT) if text.strip() else []
    found = []
    for hit in hits:
        entry = knowledge.entry(UUID(hit.passage.id)) if hit.passage.kind == "knowledge" else None
        if entry and entry.usable:
            content = entry.content
            found.append(
                KnowledgeHit(
                    entry.id,
                    entry.number,
                    entry.revision,
                    content.question,
                    content.answer,
                    content.basis,
                    entry.citation,
                    hit.score,
                )
            )
    return found[:limit]
