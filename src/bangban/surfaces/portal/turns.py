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
from bangban.registry.knowledge.views import EntryCard, PathView
from bangban.services.assistant.reads import TurnView
from bangban.surfaces.portal import times
from bangban.surfaces.portal.language import Language, say

SHOWN = 50
EMERGENCY = "emergency"
PHONE = re.compile(r"[0-9][0-9-]{2,}$")
FURTHER = ("要带什么材料？", "多久能办好？", "在哪里办？", "收费吗？")


@dataclass(frozen=True)
class Known:
    """What the answers of a talk point to, read once for all turns."""

    items: dict[str, ItemCard]
    entries: dict[str, EntryCard]
    paths: dict[str, PathView]


def known_for(turns: Sequence[TurnView]) -> Known:
    """Read items, entries and paths named by the turns: three queries at most."""
    named = [(answer["kind"], answer["id"]) for turn in turns for answer in turn.answers]
    items, entries = ({UUID(one) for kind, one in named if kind == wanted} for wanted in ("item", "knowledge"))
    return Known(
        {str(card.id): card for card in catalog.cards(items)} if items else {},
        {str(card.id): card for card in knowledge.entries(entries)} if entries else {},
        {path.number: path for path in knowledge.paths()} if any(kind == "path" for kind, _ in named) else {},
    )


def lines_of(turns: Sequence[TurnView], language: Language) -> list[dict[str, Any]]:
    """Return two lines a turn: what was asked, and what the assistant said."""
    shown = turns[-SHOWN:]
    known = known_for(shown)
    pairs = [(_question(turn, language), _reply(turn, known, language, last=turn is shown[-1])) for turn in shown]
    return [line for pair in pairs for line in pair]


def _question(turn: TurnView, language: Language) -> dict[str, Any]:
    return {
        **_frame(turn, language),
        "kind": "asked",
        "position": turn.position * 2 - 1,
        "role": "user",
        "name": say(language, "我"),
        "mine": True,
        "text": turn.question,
    }


def _frame(turn: TurnView, language: Language) -> dict[str, Any]:
    return {"client_id": turn.client_id, "at": times.iso(turn.at), "at_text": times.short(turn.at, language)}


def _reply(turn: TurnView, known: Known, language: Language, *, last: bool) -> dict[str, Any]:
    answers = [_answer(answer, known) for answer in turn.answers]
    quoted = turn.decision == "answer" and bool(answers)
    note = "自动回复，内容取自知识库和办事指南，不是人工智能生成" if quoted else "智能客服自动回复"
    return {
        **_frame(turn, language),
        "kind": "reply",
        "position": turn.position * 2,
        "role": "assistant",
        "name": "",
        "mine": False,
        "text": turn.text if quoted or turn.decision == "redirect" else by_line(turn.text, language),
        "ai_note": say(language, note),
        "decision": turn.decision,
        "urgent": turn.reason.startswith(EMERGENCY),
        "answers": answers,
        "quoted": quoted,
        "further": FURTHER if last and quoted and answers[0]["item"] else (),
        "solved": turn.solved,
        "last": last,
    }


def _answer(answer: dict[str, Any], known: Known) -> dict[str, Any]:
    """Return one answer with the link to where it stands."""
    item, entry, path = known.items.get(answer["id"]), known.entries.get(answer["id"]), known.paths.get(answer["id"])
    address = reverse("portal:item", args=[item.code]) if item else ""
    address = reverse("portal:answer", args=[entry.number]) if entry else address
    return {
        "kind": answer["kind"],
        "title": answer["title"],
        "source": answer["source"],
        "url": address,
        "phone": path.phone if path else phone_in(answer) if answer["kind"] == "path" else "",
        "department": path.department if path else item.department if item else entry.unit_name if entry else "",
        "item": item.code if item else "",
    }


def by_line(text: str, language: Language) -> str:
    """Return the assistant's own sentences in the page's language, line by line."""
    return "\n".join(say(language, line) for line in text.split("\n"))


def phone_in(answer: dict[str, Any]) -> str:
    """Return the number at the end of a source such as 电话 119."""
    found = PHONE.search(answer["source"])
    return found.group() if found else ""


def emergency(lines: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the emergency of the latest turn, for the banner on top (GB33358-5.2.2.3)."""
    if not lines or not lines[-1].get("urgent") or not lines[-1]["answers"]:
        return None
    found: dict[str, Any] = lines[-1]["answers"][0]
    return found if found["phone"] else None
