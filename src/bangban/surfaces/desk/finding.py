"""Ranked proposals beside the talk: items and standard answers that fit what was said."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from bangban.registry.catalog import reads as catalog

ASSISTANT = "bangban.services.assistant.reads"
MISSING = "检索服务没有安装，请按事项名称开头或编码查找。"


@dataclass(frozen=True)
class FoundItem:
    """An item that may be the one."""

    id: str
    code: str
    name: str
    department: str


@dataclass(frozen=True)
class FoundAnswer:
    """A standard answer that may be quoted, with what it is cited by."""

    number: str
    revision: int
    question: str
    answer: str
    source: str


def _retrieval(name: str) -> Any:
    """Return a search of the assistant, None in an installation without it."""
    return getattr(import_module(ASSISTANT), name, None) if find_spec(ASSISTANT) else None


def items(text: str, limit: int = 6) -> list[FoundItem]:
    """Return items that fit a text, the best first; without retrieval those whose name or code begins with it."""
    if not (text := text.strip()):
        return []
    search = _retrieval("search_items")
    found = search(text[:400], limit) if search else catalog.browse("text", text[:60], limit=limit).rows
    return [FoundItem(str(one.id), one.code, one.name, one.department) for one in found]


def answers(text: str, limit: int = 6) -> list[FoundAnswer] | None:
    """Return standard answers that fit a text, the best first; None when there is no retrieval."""
    search = _retrieval("search_knowledge")
    if search is None:
        return None
    found = search(text.strip()[:400], limit) if text.strip() else []
    return [FoundAnswer(one.number, one.revision, one.question, one.answer, one.source) for one in found]
