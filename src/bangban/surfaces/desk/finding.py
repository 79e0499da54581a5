"""Ranked proposals beside the talk: items and standard answers that fit what was said (BJ-3.1.1-b, BJ-7.1-c)."""

from __future__ import annotations

from bangban.registry.catalog.views import ItemCard
from bangban.services.assistant.reads import KnowledgeHit, search_items, search_knowledge

LONGEST = 400


def items(text: str, limit: int = 6) -> list[ItemCard]:
    """Return items that fit a text, the best first."""
    return [hit.card for hit in search_items(text.strip()[:LONGEST], limit)]


def answers(text: str, limit: int = 6) -> list[KnowledgeHit]:
    """Return standard answers that fit a text, the best first."""
    return search_knowledge(text.strip()[:LONGEST], limit)
