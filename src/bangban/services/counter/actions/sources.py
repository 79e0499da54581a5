"""What an answer at the counter stands on: the guide of an item, a standard answer, each in its version."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bangban.registry.catalog import reads as catalog
from bangban.registry.knowledge import reads as knowledge
from bangban.services.counter.rules import clean


@dataclass(frozen=True)
class Source:
    """Item and standard answer of an inquiry, and what follows from them when nothing was typed."""

    item_id: UUID | None = None
    item_version: int | None = None
    entry: str = ""
    answer: str = ""
    basis: str = ""


def source_of(item_ref: str, entry_ref: str) -> tuple[Source, dict[str, str]]:
    """Return what the references mean, and a sentence for each that means nothing any more."""
    problems: dict[str, str] = {}
    item_ref, entry_ref = clean(item_ref, 100), clean(entry_ref, 100)
    entry = knowledge.entry(entry_ref) if entry_ref else None
    if entry_ref and (entry is None or not entry.usable):
        problems["cited"] = "这条标准答案已失效，请重新检索。"
    found = catalog.version_of(item_ref) if item_ref else None
    if item_ref and found is None:
        problems["item"] = "没有找到这个事项，可能已取消，请重新选择。"
    if found is None and entry is not None and entry.item_id:
        found = catalog.version_of(entry.item_id)
    item_id, version = found or (None, None)
    if entry is not None and not problems:
        basis = "；".join(text for text in (entry.citation, entry.content.basis) if text)
        return Source(item_id, version, entry.number, entry.content.answer, basis), problems
    cards = catalog.cards([item_id]) if item_id else []
    basis = f"《{cards[0].name}》办事指南第{cards[0].revision}版" if cards else ""
    return Source(item_id, version, basis=basis), problems
