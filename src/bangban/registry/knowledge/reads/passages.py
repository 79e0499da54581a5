"""What the search index reads: all published entries, or those that changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from bangban.registry.catalog.views import Passage, Removed
from bangban.registry.knowledge.models import Entry, EntryVersion
from bangban.registry.knowledge.reads.entries import current

BATCH = 1_000
OVERLAP = timedelta(seconds=60)


def passages(after: UUID | None = None, batch: int = BATCH) -> Iterator[Passage]:
    """Yield every published entry in the order of ids, from `after` on; one query a batch, memory stays flat.

    Entries that begin later or have just run out are among them: `valid_from` and `valid_to` say when they count.
    """
    last = after
    while True:
        rows = current().order_by("entry_id")
        found = list((rows.filter(entry__gt=last) if last else rows)[:batch])
        yield from map(_passage, found)
        if len(found) < batch:
            return
        last = found[-1].entry_id


def published_iter(batch: int = BATCH) -> Iterator[Passage]:
    """Yield every published entry."""
    return passages(batch=batch)


def changed_since(moment: datetime, batch: int = BATCH) -> Iterator[Passage | Removed]:
    """Yield what to index anew or to drop for changes since a moment, some seconds of overlap included.

    A change that commits late is older than what was already read; the overlap brings it, and indexing twice is
    harmless.
    """
    place: tuple[datetime, UUID] | None = None
    while True:
        found = _changed(moment - OVERLAP, place, batch)
        ids = [row.id for row in found]
        texts = {row.entry_id: _passage(row) for row in current().filter(entry__in=ids)}
        yield from (texts.get(one) or Removed(one, "knowledge") for one in ids)
        if len(found) < batch:
            return
        place = (found[-1].updated_at, found[-1].id)


def _changed(moment: datetime, place: tuple[datetime, UUID] | None, batch: int) -> list[Entry]:
    rows: QuerySet[Entry] = Entry.objects.only("id", "updated_at").order_by("updated_at", "id")
    if place is None:
        return list(rows.filter(updated_at__gte=moment)[:batch])
    same = rows.filter(updated_at=place[0], id__gt=place[1])[:batch]
    later = rows.filter(updated_at__gt=place[0])[:batch]
    return [*same, *later][:batch]


def _passage(row: EntryVersion) -> Passage:
    return Passage(
        id=row.entry_id,
        kind="knowledge",
        number=row.entry.number,
        revision=row.revision,
        title=row.question,
        text=row.answer,
        similar=tuple(row.similar),
        keywords=tuple(row.keywords),
        department=row.unit_name,
        department_id=row.body_id,
        region=row.region,
        audience=(row.audience,) if row.audience else (),
        themes=(row.theme,) if row.theme else (),
        item_id=row.item_id,
        aspect=row.aspect,
        source=row.basis or row.source_title or row.unit_name,
        external_id=row.entry.external_id,
        valid_from=row.entry.usable_from,
        valid_to=row.entry.usable_to,
    )
