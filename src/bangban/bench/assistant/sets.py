"""A folder with corpus.jsonl and queries.jsonl, read without knowing its fields."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec

from bangban.services.assistant.retrieval import Passage

__all__ = ["Asked", "Collection", "read_collection"]

_TITLES = ("question", "name", "title")
_SIMILAR = "similar"
_NOT_WORDS = frozenset({"id", "code", "area_code", "url", "phone"})
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Asked(msgspec.Struct, frozen=True):
    """A question with the ids of the right entries; `answerable` False when the corpus lacks them on purpose."""

    text: str
    gold: frozenset[str]
    answerable: bool = True


class Collection(msgspec.Struct, frozen=True):
    """A corpus and its questions."""

    name: str
    passages: list[Passage]
    questions: list[Asked]


def read_collection(directory: Path) -> Collection:
    """Return the collection of a folder; OSError or msgspec.DecodeError when a file is missing or broken."""
    passages = [_passage(row) for row in _rows(directory / "corpus.jsonl")]
    questions = [_asked(row) for row in _rows(directory / "queries.jsonl")]
    return Collection(directory.name, passages, questions)


def _rows(file: Path) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in file.read_bytes().splitlines() if line.strip()]


def _passage(row: dict[str, Any]) -> Passage:
    title = next((name for name in _TITLES if isinstance(row.get(name), str) and row[name]), None)
    rest = (value for name, value in row.items() if name not in (title, _SIMILAR) and name not in _NOT_WORDS)
    texts = [text for value in rest for text in (value if isinstance(value, list) else [value])]
    return Passage(
        id=str(row["id"]),
        kind="knowledge",
        title=str(row[title]) if title else "",
        text="\n".join(text for text in texts if isinstance(text, str) and _CHINESE.search(text)),
        similar=tuple(row.get(_SIMILAR) or ()),
    )


def _asked(row: dict[str, Any]) -> Asked:
    gold = row.get("gold") or []
    wanted = frozenset(map(str, gold if isinstance(gold, list) else [gold]))
    text = "\n".join(part for part in (row.get("title"), row.get("text")) if part)
    return Asked(text, wanted, bool(row.get("answerable", bool(wanted))))
