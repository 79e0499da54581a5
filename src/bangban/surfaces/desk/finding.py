"""Ranked proposals beside the talk: items and standard answers that fit what was said (BJ-3.1.1-b, BJ-7.1-c)."""

from __future__ import annotations

from bangban.registry.catalog.views import ItemCard
from bangban.services.assistant.reads import KnowledgeHit, search_items, search_knowledge

LONGEST = 400

FITS, FIT_TOGETHER = 0.3, 0.5
"""Chances under which an entry is not offered unasked: each by itself, and all that are left together.

Of the first hits for 30 messages, 9 of 13 from 0.5 on were about the matter, 1 of 5 from 0.3, none of 12 below.
"""


def items(text: str, limit: int = 6) -> list[ItemCard]:
    """Return items that fit a text, the best first."""
    return [hit.card for hit in search_items(text.strip()[:LONGEST], limit)]


def answers(text: str, limit: int = 6) -> list[KnowledgeHit]:
    """Return standard answers that fit a text, the best first."""
    return search_knowledge(text.strip()[:LONGEST], limit)


def fitting(text: str, limit: int = 6) -> list[KnowledgeHit]:
    """Return standard answers that are likely about what a text tells; nothing when none is, since nobody asked for a list."""
    found = [one for one in answers(text, limit) if one.score >= FITS]
    return found if sum(one.score for one in found) >= FIT_TOGETHER else []
