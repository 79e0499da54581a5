"""All questions to the knowledge base; every one takes a constant number of queries."""

from bangban.registry.knowledge.reads.editing import corrections, draft, flagged, history, overview, pending, review_due
from bangban.registry.knowledge.reads.entries import collection, entries, entry, is_usable_now
from bangban.registry.knowledge.reads.for_items import answer_for_item, entries_of_item
from bangban.registry.knowledge.reads.gaps import gaps
from bangban.registry.knowledge.reads.passages import changed_since, passages, published_iter
from bangban.registry.knowledge.reads.register import rules_register
from bangban.registry.knowledge.reads.wording import forget, paths, phrases

__all__ = [
    "answer_for_item",
    "changed_since",
    "collection",
    "corrections",
    "draft",
    "entries",
    "entries_of_item",
    "entry",
    "flagged",
    "forget",
    "gaps",
    "history",
    "is_usable_now",
    "overview",
    "passages",
    "paths",
    "pending",
    "phrases",
    "published_iter",
    "review_due",
    "rules_register",
]
