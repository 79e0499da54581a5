"""Importing items: good rows land, each with its event; the same file twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import F

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import NotAllowed, NotYours
from bangban.registry.catalog import parties
from bangban.registry.catalog.actions import versions
from bangban.registry.catalog.flow import ITEM_FLOW
from bangban.registry.catalog.intake.engine import run_import
from bangban.registry.catalog.intake.item_rows import HEADINGS, ItemRow, item_row
from bangban.registry.catalog.intake.records import Known, RecordImporter
from bangban.registry.catalog.intake.report import BadRow, ImportReport
from bangban.registry.catalog.models import PENDING, Item, ItemVersion, Standing
from bangban.registry.catalog.numbers import take
from bangban.registry.catalog.reads.navigating import forget
from bangban.registry.catalog.rules import side_of
from bangban.registry.catalog.terms import Gap
from bangban.registry.org.reads import Place, front_door, place, tree


def import_items(
    path: Path, actor: Actor, *, source: str = "import", bodies: Mapping[str, int] | None = None
) -> ImportReport:
    """Import a file of items and report; a row's code is its identity.

    From the system or a reviewer the rows are published, since a catalogue that is imported was approved where it
    comes from; from an editor they wait for review. What a row's guide lacks does not keep it out: it is marked on the
    version and listed for the editor (`reads.incomplete`). A department that no body bears the name of becomes the
    responsibility of the importing body and keeps its own name; `bodies` maps further names to body ids. NotYours
    without the right to edit items, NotAllowed while another import runs or before there is any body.
    """
    if actor.kind != "system" and not (may(actor, "catalog.edit") or may(actor, "catalog.review")):
        raise NotYours("您不能导入事项。")
    report = run_import(Path(path), ItemImporter(actor, source, bodies or {}))
    forget()
    return report


def _home(actor: Actor) -> Place:
    """Return the body that answers for what names no known department."""
    if own := place(actor.unit_id):
        return own
    try:
        return front_door()
    except LookupError:
        for body in tree().by_id.values():
            return body
    raise NotAllowed("请先导入机构：每个事项都要有一个负责机构。", state="", allowed_actions=[])


class ItemImporter(RecordImporter[ItemRow, Item]):
    """What the import engine asks about rows of items."""

    flow = ITEM_FLOW
    lock = "import items"
    headings = HEADINGS
    withdrawn = "这个事项已经取消，没有导入。"

    def __init__(self, actor: Actor, source: str, bodies: Mapping[str, int]) -> None:
        super().__init__(actor, publishes=actor.kind == "system" or may(actor, "catalog.review"))
        self._source, self._home = source, _home(actor)
        self._bodies = {body.name: body.id for body in tree().by_id.values()} | dict(bodies)

    def judge(self, data: dict[str, Any]) -> ItemRow:
        """Check one row."""
        return item_row(data)

    def key_of(self, row: ItemRow) -> str:
        """The code is what an item is known by."""
        return row.code

    def digest_of(self, row: ItemRow) -> bytes:
        """Return the digest of the guide."""
        return row.digest

    def remark(self, row: ItemRow, report: ImportReport) -> None:
        """Count rows whose department no body bears the name of, and rows without a legal basis."""
        if row.guide.department_name not in self._bodies:
            report.note(Gap.DEPARTMENT.value)
        if not row.guide.legal_basis:
            report.note(Gap.BASIS.value)

    def known(self, keys: Sequence[str]) -> dict[str, Known]:
        """Return the items of these codes with their last versions."""
        last = ItemVersion.objects.filter(item__code__in=keys, revision=F("item__last_revision"))
        rows = last.values_list("item__code", "item_id", "item__state", "digest")
        return {code: Known(item_id, state, bytes(digest)) for code, item_id, state, digest in rows}

    def look_up(self, rows: Sequence[ItemRow]) -> None:
        """Bodies are known from the start."""

    def numbers(self, count: int) -> Iterator[str]:
        """Return numbers of new items."""
        return take("SX", "catalog_item_number", count)

    def locked(self, ids: Iterable[UUID]) -> dict[str, Item]:
        """Lock items."""
        rows = Item.objects.select_for_update().filter(id__in=list(ids)).order_by("id")
        return {item.code: item for item in rows}

    def make(self, row: ItemRow, number: str, state: str) -> Item:
        """Return a new item of the responsible body."""
        return Item(
            number=number,
            state=state,
            code=row.code,
            external_id=row.external_id,
            source=self._source,
            department_id=self._responsible(row),
            region=row.guide.region,
        )

    def _responsible(self, row: ItemRow) -> int:
        body_id = self._bodies.get(row.guide.department_name, self._home.id)
        if self._actor.kind != "system" and not parties.reaches(self._actor, body_id):
            raise BadRow(f"您不能维护“{row.guide.department_name}”的事项。")
        return body_id

    def fill(self, work: Deed[Item], row: ItemRow) -> None:
        """Write the row's guide as a version: current when rows are published, else waiting for review."""
        body_id, item = self._responsible(row), work.record
        if item.pending_revision and (item.revision is None or not self._publishes):
            ItemVersion.objects.filter(item=item, standing__in=PENDING).update(standing=Standing.SUPERSEDED)
            versions.clear_pending(work)
        standing = Standing.CURRENT if self._publishes else Standing.IN_REVIEW
        version = versions.write_version(work, row.guide, standing, note="导入", department_id=body_id)
        if row.guide.department_name not in self._bodies:
            version.gaps.append(Gap.DEPARTMENT.value)
        if self._publishes:
            self._approve(work, version)
        else:
            versions.mark_pending(work, version, Standing.IN_REVIEW)
        work.change(external_id=row.external_id, source=self._source)
        work.tell(item=str(item.id))

    def _approve(self, work: Deed[Item], version: ItemVersion) -> None:
        """An imported version was written elsewhere; whoever imports it answers for it as its reviewer."""
        version.author_id, version.author_name = None, f"导入（{self._source}）"
        version.reviewer_id, version.reviewer_name = self._actor.staff_id, self._actor.public_name
        version.reviewed_at = version.effective_from = work.at
        version.listed = True
        work.change(revision=version.revision, department_id=version.department_id, region=version.region)
        work.tell(sides=sorted(side_of(version.audience)))

    def retire(self, ids: Sequence[UUID]) -> None:
        """Take the former versions off the lists."""
        former = ItemVersion.objects.filter(item__in=ids, standing=Standing.CURRENT)
        former.update(standing=Standing.SUPERSEDED, listed=False)
