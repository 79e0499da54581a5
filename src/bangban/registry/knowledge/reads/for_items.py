"""The standard answer that goes with an item, for help cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q

from bangban.registry.knowledge.models.entries import EntryVersion


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """A standard answer with the entry and version that it is cited by."""

    number: str
    revision: int
    question: str
    answer: str


def answer_for_item(item_id: UUID, region: str, today: date) -> ItemAnswer | None:
    """Return the unified answer of an item that is valid today, the region's own before the general one (BJ-3.2.3-b)."""
    rows = EntryVersion.objects.filter(
        Q(entry__usable_from=None) | Q(entry__usable_from__lte=today),
        Q(entry__usable_to=None) | Q(entry__usable_to__gte=today),
        item_id=item_id,
        standing="current",
        entry__state="published",
        region__in=["", region],
        revision=F("entry__revision"),
    )
    row = rows.select_related("entry").order_by("-region", "entry__number").first()
    return ItemAnswer(row.entry.number, row.revision, row.question, row.answer) if row else None
