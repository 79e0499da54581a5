"""What the knowledge base says about an item: the standard answer of a help card, articles on the item's page."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q

from bangban.registry.knowledge.models import EntryVersion
from bangban.registry.knowledge.reads.entries import card_of, current, usable_today
from bangban.registry.knowledge.views import EntryCard, ItemAnswer


def answer_for_item(item_id: UUID, region: str, today: date) -> ItemAnswer | None:
    """Return the unified answer of an item valid on a day, the region's own before the general one (BJ-3.2.3-b)."""
    rows = EntryVersion.objects.filter(
        Q(entry__usable_from=None) | Q(entry__usable_from__lte=today),
        Q(entry__usable_to=None) | Q(entry__usable_to__gte=today),
        item_id=item_id,
        standing="current",
        entry__state="published",
        region__in=["", region],
    )
    row = rows.select_related("entry").order_by("-region", "entry__number").first()
    return ItemAnswer(row.entry_id, row.entry.number, row.revision, row.question, row.answer) if row else None


def entries_of_item(item_id: UUID, kind: str = "", limit: int = 20) -> list[EntryCard]:
    """Return usable entries about an item, for example articles beside its guide (BJO-3.3). One query."""
    rows = current().filter(usable_today(), item=item_id, **({"kind": kind} if kind else {}))
    return [card_of(row) for row in rows.order_by("kind", "entry__number")[:limit]]
