"""What editors and reviewers of items look at (T637-6.1.6-b)."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db.models import Count, F, Q

from bangban.foundation.access.actors import Actor
from bangban.registry.catalog.flow import ITEM_FLOW, ITEM_STATES
from bangban.registry.catalog.guide import guide_of
from bangban.registry.catalog.models import Item, ItemVersion, Material, Standing
from bangban.registry.catalog.parties import of_item, reach_of
from bangban.registry.catalog.reads.items import Ref, by_ref
from bangban.registry.catalog.rules import Finding, differences, findings_of
from bangban.registry.catalog.views import ItemDraft, PendingItem, VersionLine


def pending(actor: Actor, limit: int = 100) -> list[PendingItem]:
    """Return the items in the actor's reach with a draft or a version to review, newest first. One query."""
    rows = ItemVersion.objects.filter(reach_of(actor, "item__"), item__pending_revision=F("revision"))
    found = rows.select_related("item").order_by("-item__updated_at", "item_id")[:limit]
    return [_pending(row) for row in found]


def incomplete(actor: Actor, gap: str = "", limit: int = 100) -> list[PendingItem]:
    """Return the published items in the actor's reach whose guide lacks something (imported with a gap). One query."""
    which = Q(gaps__contains=[gap]) if gap else ~Q(gaps=[])
    rows = ItemVersion.objects.filter(which, reach_of(actor, "item__"), listed=True)
    return [_pending(row) for row in rows.select_related("item").order_by("name", "item_id")[:limit]]


def _pending(row: ItemVersion) -> PendingItem:
    return PendingItem(
        id=row.item_id,
        number=row.item.number,
        code=row.item.code,
        name=row.name,
        department=row.department_name,
        state=row.item.state,
        standing=row.standing,
        author_id=row.author_id,
        author_name=row.author_name,
        revision=row.revision,
        gaps=tuple(row.gaps),
        updated_at=row.item.updated_at,
    )


def draft(ref: Ref, actor: Actor) -> ItemDraft | None:
    """Return the version in work of an item in the actor's reach, or its current one; None for strangers.

    `changes` is the difference to the version in effect. At most five queries.
    """
    item = Item.objects.filter(by_ref(ref)).first()
    parties = of_item(item, actor) if item else frozenset()
    if item is None or not parties:
        return None
    rows = {row.revision: row for row in item.versions.filter(revision__in=[item.pending_revision, item.revision])}
    work = rows.get(item.pending_revision or 0) or rows.get(item.revision or 0)
    if work is None:
        return None
    guides = {number: guide_of(row, row.materials.order_by("position")) for number, row in rows.items()}
    return ItemDraft(
        id=item.id,
        number=item.number,
        code=item.code,
        state=item.state,
        state_label=ITEM_STATES[item.state],
        version=item.version,
        revision=work.revision,
        standing=work.standing,
        standing_label=Standing(work.standing).label,
        department_id=work.department_id,
        guide=guides[work.revision],
        gaps=tuple(work.gaps),
        author_name=work.author_name,
        change_note=work.change_note,
        changes=differences(guides.get(item.revision or 0), guides[work.revision]),
        allowed_actions=tuple(dict.fromkeys(line.action for line in ITEM_FLOW.allowed(item, parties))),
    )


def history(ref: Ref) -> list[VersionLine]:
    """Return the change history of an item with author, reviewer, time and difference, newest first. Two queries."""
    rows = list(ItemVersion.objects.filter(item__in=Item.objects.filter(by_ref(ref))).order_by("revision"))
    materials: dict[UUID, list[Material]] = defaultdict(list)
    for material in Material.objects.filter(version__in=[row.id for row in rows]).order_by("position"):
        materials[material.version_id].append(material)
    guides = [guide_of(row, materials[row.id]) for row in rows]
    lines = [
        VersionLine(
            revision=row.revision,
            standing=row.standing,
            standing_label=Standing(row.standing).label,
            author_name=row.author_name,
            written_at=row.written_at,
            reviewer_name=row.reviewer_name,
            reviewed_at=row.reviewed_at,
            effective_from=row.effective_from,
            change_note=row.change_note,
            changes=differences(guides[place - 1] if place else None, guides[place]),
        )
        for place, row in enumerate(rows)
    ]
    return lines[::-1]


def findings(ref: Ref) -> list[Finding]:
    """Return what is wrong with the version in work, or with the current one when nothing is in work. Two queries."""
    rows = ItemVersion.objects.filter(item__in=Item.objects.filter(by_ref(ref)))
    version = rows.exclude(standing=Standing.SUPERSEDED).order_by("-revision").first()
    return findings_of(guide_of(version, version.materials.order_by("position"))) if version else []


def overview() -> dict[str, int]:
    """Return how many items stand in each state, and the counts of residency among the published (BJO-2.4-c)."""
    states = dict(Item.objects.values_list("state").annotate(total=Count("id")))
    homes = dict(ItemVersion.objects.filter(listed=True).values_list("residency").annotate(total=Count("id")))
    return states | {f"residency:{home or 'unknown'}": total for home, total in homes.items()}
