"""The assistant's turns as lines of a talk: answers word for word with their source, never dressed up (F8.17)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.views import ItemCard
from bangban.registry.knowledge import reads as knowledge
from bangban.registry.knowledge.terms import PathClass
from bangban.registry.knowledge.views import EntryCard, PathView
from bangban.services.assistant.reads import TurnView
from bangban.surfaces.portal import times
from bangban.surfaces.portal.language import Language, say

PHONE = re.compile(r"(?<!\d)(?:0\d{2,3}-?\d{7,8}|1\d{2}|1\d{4}|9\d{4}|1[3-9]\d{9})(?!\d)")


@dataclass(frozen=True)
class Known:
    """What the answers of a talk point to, read once for all turns."""

    items: dict[str, ItemCard]
    entries: dict[str, EntryCard]
    paths: dict[str, PathView]


def known_for(turns: Sequence[TurnView]) -> Known:
    """Read items, entries and paths named by the turns: three queries at most."""
    ids: dict[str, set[UUID]] = {"item": set(), "knowledge": set(), "path": set()}
    for turn in turns:
        for answer in turn.answers:
            if (found := _uuid(answer.id)) is not None and answer.kind in ids:
                ids[answer.kind].add(found)
    return Known(
        {str(card.id): card for card in catalog.cards(ids["item"])} if ids["item"] else {},
        {str(card.id): card for card in knowledge.entries(ids["knowledge"])} if ids["knowledge"] else {},
        {str(path.id): path for path in knowledge.paths()} if ids["path"] else {},
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def lines_of(turns: Sequence[TurnView], language: Language) -> list[dict[str, Any]]:
    """Return two lines a turn: what was asked, and what the assistant said."""
    known, found = known_for(turns), []
    for turn in turns:
        found.append(_question(turn, language))
        found.append(_reply(turn, known, language, last=turn is turns[-1]))
    return found


def _frame(turn: TurnView, language: Language) -> dict[str, Any]:
    return {"client_id": "", "at": times.iso(turn.at), "at_text": times.short(turn.at, language)}


def _question(turn: TurnView, language: Language) -> dict[str, Any]:
    name = say(language, "我")
    frame = _frame(turn, language)
    return {**frame, "kind": "asked", "position": turn.position * 2 - 1, "role": "user", "name": name, "mine": True, "text": turn.question}


def _reply(turn: TurnView, known: Known, language: Language, *, last: bool) -> dict[str, Any]:
    verbatim = say(language, "答案为知识库和办事指南原文，未经人工智能改写")
    plain = say(language, "智能客服自动回复")
    quotes = [_quote(answer, known, language) for answer in turn.answers]
    return {
        **_frame(turn, language),
        "kind": "reply",
        "position": turn.position * 2,
        "role": "assistant",
        "name": say(language, "智能客服"),
        "mine": False,
        "text": say(language, turn.text),
        "ai_note": verbatim if turn.decision == "answer" else plain,
        "decision": turn.decision,
        "reason": turn.reason,
        "answers": quotes,
        "suggestions": list(turn.suggestions),
        "solved": turn.solved,
        "last": last,
    }


def _quote(answer: Any, known: Known, language: Language) -> dict[str, Any]:
    """Return one answer with the link to where it stands."""
    item, entry, path = known.items.get(answer.id), known.entries.get(answer.id), known.paths.get(answer.id)
    address = ""
    if item is not None:
        address = reverse("portal:item", args=[item.code])
    elif entry is not None:
        address = reverse("portal:answer", args=[entry.number])
    phone = path.phone if path else next(iter(PHONE.findall(answer.text)), "") if answer.kind == "path" else ""
    return {
        "kind": answer.kind,
        "title": answer.title,
        "text": answer.text,
        "source": answer.source,
        "url": address,
        "phone": phone,
        "department": path.department if path else item.department if item else "",
        "urgent": path is not None and path.path_class == PathClass.EMERGENCY,
        "item": item.code if item else "",
    }


def emergency(turns: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the emergency path of the latest turn, for the banner on top."""
    if not turns or turns[-1]["kind"] != "reply":
        return None
    return next((answer for answer in turns[-1]["answers"] if answer["urgent"]), None)
