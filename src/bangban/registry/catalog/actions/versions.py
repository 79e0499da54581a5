"""Writing versions of a guide inside a deed: a draft, and its taking effect."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.registry.catalog.guide import Guide, columns_of, guide_digest, guide_of, material_columns
from bangban.registry.catalog.models import PENDING, Item, ItemVersion, Material, Standing
from bangban.registry.catalog.rules import Finding, blocking_gaps, findings_of, gaps_of

LABELS = {"materials": "申请材料", "legal_basis": "设定依据"}


def write_version(work: Deed[Item], guide: Guide, standing: Standing, *, note: str, department_id: int) -> ItemVersion:
    """Add a version to an item; the caller says on the item what it stands for."""
    version = ItemVersion(
        item_id=work.record.id,
        revision=work.record.last_revision + 1,
        standing=standing,
        department_id=department_id,
        gaps=[gap.value for gap in gaps_of(guide)],
        digest=guide_digest(guide),
        change_note=note,
        author_id=work.actor.staff_id,
        author_name=work.actor.public_name,
        written_at=work.at,
        **columns_of(guide),
    )
    work.insert(version)
    for position, line in enumerate(guide.materials, 1):
        work.insert(Material(version_id=version.id, position=position, **material_columns(line)))
    work.change(last_revision=version.revision)
    work.tell(revision=version.revision, digest=version.digest.hex())
    return version


def check_fresh(work: Deed[Any], version: int | None) -> None:
    """Refuse to write over what somebody else wrote since the page was shown; nothing typed is lost by it."""
    if version is not None and version != work.record.version:
        sentence = "在您填写期间，这条内容已被其他人更新。您填写的内容还在，请看过最新情况后再提交。"
        raise NotAllowed(sentence, state=work.record.state, version=work.record.version)


def pending_version(item: Item) -> ItemVersion:
    """Return the version in work of a locked item."""
    return ItemVersion.objects.get(item=item, standing__in=PENDING)


def current_version(item: Item) -> ItemVersion | None:
    """Return the version in effect of a locked item."""
    return ItemVersion.objects.filter(item=item, standing=Standing.CURRENT).first()


def stored_guide(version: ItemVersion) -> Guide:
    """Return what a stored version says."""
    return guide_of(version, version.materials.order_by("position"))


def check_publishable(item: Item, version: ItemVersion) -> None:
    """Refuse a guide that is incomplete or contradicts itself, naming everything at once (T637-4-a, DB23-6.2-b).

    What the version in effect was imported with is not held against a correction; it stays on the editor's list.
    """
    current = current_version(item)
    guide = stored_guide(version)
    gaps = blocking_gaps(guide, current.gaps if current else ())
    wrong = _new_errors(guide, {finding.code for finding in findings_of(stored_guide(current))} if current else ())
    if gaps or wrong:
        named = {gap.value: f"请补充{gap.label}。" for gap in gaps} | {one.field: one.sentence for one in wrong}
        raise Incomplete("指南还不能发布：" + " ".join(named.values()), fields=named)


def _new_errors(guide: Guide, known: Collection[str]) -> list[Finding]:
    return [one for one in findings_of(guide) if one.weight == "error" and one.code not in known]


def put_into_effect(work: Deed[Item], version: ItemVersion, effective_from: datetime) -> None:
    """Make a version the current one; the former stays readable for what was filed under it (T637-6.1.3-a).

    The former version is changed at once, before the rows of the deed: the database allows one current version only.
    """
    retire_current(work.record, work.at)
    version.standing, version.effective_from = Standing.CURRENT, effective_from
    version.listed = work.record.state != "suspended"
    work.change(revision=version.revision, department_id=version.department_id, region=version.region)
    clear_pending(work)


def retire_current(item: Item, at: datetime) -> None:
    """Let the current version of a locked item become an earlier one."""
    ItemVersion.objects.filter(item=item, standing=Standing.CURRENT).update(
        standing=Standing.SUPERSEDED, listed=False, superseded_at=at
    )


def clear_pending(work: Deed[Item]) -> None:
    """Say on the item that no version is in work."""
    work.change(pending_revision=None, pending_standing="", pending_author_id=None)


def mark_pending(work: Deed[Item], version: ItemVersion, standing: Standing) -> None:
    """Say on the item which version is in work and where it stands."""
    work.change(pending_revision=version.revision, pending_standing=standing, pending_author_id=version.author_id)
