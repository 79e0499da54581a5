"""Importing items: good rows land, each with its event; the same file twice changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import F

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import NotAllowed, NotYours
from bangban.registry.catalog import parties
from bangban.registry.catalog.actions import versions
from bangban.registry.catalog.flow import ITEM_FLOW
from bangban.registry.catalog.intake.doors import BatchDoor
from bangban.registry.catalog.intake.engine import Outcome, run_import
from bangban.registry.catalog.intake.item_rows import HEADINGS, ItemRow, item_row
from bangban.registry.catalog.intake.report import BadRow, ImportReport
from bangban.registry.catalog.models import PENDING, Item, ItemVersion, Standing
from bangban.registry.catalog.numbers import take
from bangban.registry.catalog.reads.navigating import forget
from bangban.registry.catalog.rules import gaps_of, side_of
from bangban.registry.catalog.terms import Gap
from bangban.registry.org.reads import Place, front_door, place, tree


def import_items(
    path: Path, actor: Actor, *, source: str = "import", bodies: Mapping[str, int] | None = None
) -> ImportReport:
    """Import a file of items and report; a row's code is its identity.

    From the system or a reviewer the rows are published, since a catalogue that is imported was approved where it comes
    from; from an editor they wait for review. What a row's guide lacks does not keep it out: it is marked on the
    version and listed for the editor (`reads.incomplete`). A department that no body bears the name of becomes the
    responsibility of the importing body and keeps its own name; `bodies` maps further names to body ids. NotYours without the right to edit items, NotAllowed
    while another import runs or before there is any body.
    """
    if actor.kind != "system" and not (may(actor, "catalog.edit") or may(actor, "catalog.review")):
        raise NotYours("您不能导入事项。")
    report = run_import(Path(path), ItemImporter(actor, source, bodies or {}))
    forget()
    return report


def _home(actor: Actor) -> Place:
    """Return the body that answers for what names no known department."""
    own = place(actor.unit_id)
    if own is None:
        try:
            return front_door()
        except LookupError:
            for body in tree().by_id.values():
                return body
            raise NotAllowed("请先导入机构：每个事项都要有一个负责机构。", state="", allowed_actions=[]) from None
    return own


@dataclass(frozen=True)
class _Known:
    """What the database has of a row's item."""

    id: Any
    state: str
    digest: bytes


class ItemImporter:
    """What the import engine asks about rows of items."""

    lock = "import items"
    headings = HEADINGS

    def __init__(self, actor: Actor, source: str, bodies: Mapping[str, int]) -> None:
        self._actor, self._source, self._home = actor, source, _home(actor)
        self._publishes = actor.kind == "system" or may(actor, "catalog.review")
        self._bodies = {body.name: body.id for body in tree().by_id.values()} | dict(bodies)

    def judge(self, data: dict[str, Any]) -> ItemRow:
        """Check one row."""
        return item_row(data)

    def key_of(self, row: ItemRow) -> str:
        """The code is what an item is known by."""
        return row.code

    def remark(self, row: ItemRow, report: ImportReport) -> None:
        """Count rows whose department no body bears the name of, and rows without a legal basis."""
        if row.guide.department_name not in self._bodies:
            report.note(Gap.DEPARTMENT)
        if not row.guide.legal_basis:
            report.note(Gap.BASIS)

    def land(self, rows: Sequence[ItemRow]) -> list[Outcome | BadRow]:
        """Write a batch: new items, new versions of changed ones."""
        known = self._known([row.code for row in rows])
        fresh = [row for row in rows if row.code not in known]
        changed = [row for row in rows if row.code in known and known[row.code].digest != row.digest]
        door, outcomes = BatchDoor(ITEM_FLOW, self._actor), dict[str, "Outcome | BadRow"]()
        numbers = take("SX", "catalog_item_number", len(fresh))
        for row in fresh:
            outcomes[row.code] = self._tried(lambda row=row: self._add(door, row, next(numbers)))
        locked = {item.code: item for item in self._locked(known[row.code].id for row in changed)}
        for row in changed:
            outcomes[row.code] = self._tried(lambda row=row: self._change(door, locked[row.code], row))
        self._retire(item for row in changed if outcomes[row.code] == "changed" and (item := locked[row.code]))
        door.send()
        return [outcomes.get(row.code) or self._untouched(known[row.code]) for row in rows]

    def _known(self, codes: Sequence[str]) -> dict[str, _Known]:
        last = ItemVersion.objects.filter(item__code__in=codes, revision=F("item__last_revision"))
        rows = last.values_list("item__code", "item_id", "item__state", "digest")
        return {code: _Known(item_id, state, bytes(digest)) for code, item_id, state, digest in rows}

    def _locked(self, ids: Any) -> Any:
        return Item.objects.select_for_update().filter(id__in=list(ids)).order_by("id")

    def _tried(self, step: Any) -> Outcome | BadRow:
        try:
            return step()  # type: ignore[no-any-return]
        except BadRow as verdict:
            return verdict

    def _untouched(self, known: _Known) -> Outcome | BadRow:
        return BadRow("这个事项已经取消，没有导入。") if known.state == "withdrawn" else "unchanged"

    def _add(self, door: BatchDoor, row: ItemRow, number: str) -> Outcome:
        body_id = self._responsible(row)
        item = Item(
            number=number,
            state="published" if self._publishes else "in_review",
            code=row.code,
            external_id=row.external_id,
            source=self._source,
            department_id=body_id,
            region=row.guide.region,
        )
        self._finish(door.new(item), row, body_id)
        return "added"

    def _change(self, door: BatchDoor, item: Item, row: ItemRow) -> Outcome:
        given = {"guide": row.guide}
        work = door.change(item, "_import" if self._publishes else "_import_draft", given)
        if self._publishes and item.revision is None:
            ItemVersion.objects.filter(item=item, standing__in=PENDING).update(standing=Standing.SUPERSEDED)
            versions.clear_pending(work)
        elif not self._publishes and item.pending_revision:
            ItemVersion.objects.filter(item=item, revision=item.pending_revision).update(standing=Standing.SUPERSEDED)
        work.change(external_id=row.external_id, source=self._source)
        self._finish(work, row, self._responsible(row))
        return "changed"

    def _responsible(self, row: ItemRow) -> int:
        body_id = self._bodies.get(row.guide.department_name, self._home.id)
        if self._actor.kind != "system" and not parties.reaches(self._actor, body_id):
            raise BadRow(f"您不能维护“{row.guide.department_name}”的事项。")
        return body_id

    def _finish(self, work: Deed[Item], row: ItemRow, body_id: int) -> None:
        standing = Standing.CURRENT if self._publishes else Standing.IN_REVIEW
        version = versions.write_version(work, row.guide, standing, note="导入", department_id=body_id)
        version.gaps = [gap.value for gap in gaps_of(row.guide)]
        if row.guide.department_name not in self._bodies:
            version.gaps.append(Gap.DEPARTMENT.value)
        if self._publishes:
            self._approve(work, version)
        else:
            versions.mark_pending(work, version, Standing.IN_REVIEW)
        work.tell(item=str(work.record.id), imported=True)
        work.finish()

    def _approve(self, work: Deed[Item], version: ItemVersion) -> None:
        """An imported version was written elsewhere; whoever imports it answers for it as its reviewer."""
        version.author_id, version.author_name = None, f"导入（{self._source}）"
        version.reviewer_id, version.reviewer_name = self._actor.staff_id, self._actor.public_name
        version.reviewed_at = version.effective_from = work.at
        version.listed = True
        work.change(revision=version.revision, department_id=version.department_id, region=version.region)
        work.tell(sides=sorted(side_of(version.audience)))

    def _retire(self, items: Any) -> None:
        """Let the former versions go before the new ones arrive: the database allows one current version."""
        if self._publishes:
            now_current = ItemVersion.objects.filter(item__in=list(items), standing=Standing.CURRENT)
            now_current.update(standing=Standing.SUPERSEDED, listed=False)
