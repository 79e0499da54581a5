"""Importing knowledge: good rows land, each with its event; the same file twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import F

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import NotYours
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.intake.engine import run_import
from bangban.registry.catalog.intake.records import Known, RecordImporter
from bangban.registry.catalog.intake.report import BadRow, ImportReport
from bangban.registry.knowledge import parties
from bangban.registry.knowledge.actions import versions
from bangban.registry.knowledge.flow import ENTRY_FLOW
from bangban.registry.knowledge.intake.rows import HEADINGS, KnowledgeRow, knowledge_row
from bangban.registry.knowledge.models import PENDING, Entry, EntryVersion, Standing
from bangban.registry.knowledge.numbers import numbers
from bangban.registry.org.reads import tree


def import_knowledge(path: Path, actor: Actor, *, source: str = "import") -> ImportReport:
    """Import a file of knowledge entries and report; `source` and a row's id are its identity.

    From the system or a reviewer the rows are published; from an editor they wait for review. A unit that no body
    bears the name of, or an item that is not in the catalogue, does not keep a row out: the name is kept and counted in
    the report's notes. NotYours without the right to edit knowledge, NotAllowed while another import runs.
    """
    if actor.kind != "system" and not (may(actor, "knowledge.edit") or may(actor, "knowledge.review")):
        raise NotYours("您不能导入知识条目。")
    return run_import(Path(path), KnowledgeImporter(actor, source))


class KnowledgeImporter(RecordImporter[KnowledgeRow, Entry]):
    """What the import engine asks about rows of knowledge."""

    flow = ENTRY_FLOW
    lock = "import knowledge"
    headings = HEADINGS
    withdrawn = "这个条目已经撤回，没有导入。"

    def __init__(self, actor: Actor, source: str) -> None:
        super().__init__(actor, publishes=actor.kind == "system" or may(actor, "knowledge.review"))
        self._source = source
        self._bodies = {body.name: body.id for body in tree().by_id.values()}
        self._items: dict[str, tuple[UUID, int | None]] = {}

    def judge(self, data: dict[str, Any]) -> KnowledgeRow:
        """Check one row."""
        return knowledge_row(data)

    def key_of(self, row: KnowledgeRow) -> str:
        """The id in the source is what an entry is known by."""
        return row.external_id

    def digest_of(self, row: KnowledgeRow) -> bytes:
        """Return the digest of the content."""
        return row.digest

    def remark(self, row: KnowledgeRow, report: ImportReport) -> None:
        """Count units and items that are not in the registry."""
        if row.content.unit_name and row.content.unit_name not in self._bodies:
            report.note("unit_unmatched")
        if row.content.item_ref and row.content.item_ref not in self._items:
            report.note("item_unmatched")

    def known(self, keys: Sequence[str]) -> dict[str, Known]:
        """Return the entries of these ids with their last versions."""
        last = EntryVersion.objects.filter(
            entry__source=self._source, entry__external_id__in=keys, revision=F("entry__last_revision")
        )
        rows = last.values_list("entry__external_id", "entry_id", "entry__state", "digest")
        return {key: Known(entry_id, state, bytes(digest)) for key, entry_id, state, digest in rows}

    def look_up(self, rows: Sequence[KnowledgeRow]) -> None:
        """Find the items that the rows name."""
        self._items = catalog.versions_of({row.content.item_ref for row in rows if row.content.item_ref})

    def numbers(self, count: int) -> Iterator[str]:
        """Return numbers of new entries."""
        return numbers("entry", count)

    def locked(self, ids: Iterable[UUID]) -> dict[str, Entry]:
        """Lock entries."""
        rows = Entry.objects.select_for_update().filter(id__in=list(ids)).order_by("id")
        return {entry.external_id: entry for entry in rows}

    def make(self, row: KnowledgeRow, number: str, state: str) -> Entry:
        """Return a new entry."""
        return Entry(
            number=number,
            state=state,
            source=self._source,
            external_id=row.external_id,
            body_id=self._responsible(row),
        )

    def _responsible(self, row: KnowledgeRow) -> int | None:
        body_id = self._bodies.get(row.content.unit_name)
        if self._actor.kind != "system" and not parties.reaches(self._actor, body_id):
            raise BadRow(f"您不能维护“{row.content.unit_name}”的知识条目。")
        return body_id

    def fill(self, work: Deed[Entry], row: KnowledgeRow) -> None:
        """Write the row as a version: current when rows are published, else waiting for review."""
        entry = work.record
        body_id = self._responsible(row)
        if entry.pending_revision and (entry.revision is None or not self._publishes):
            EntryVersion.objects.filter(entry=entry, standing__in=PENDING).update(standing=Standing.SUPERSEDED)
            versions.clear_pending(work)
        standing = Standing.CURRENT if self._publishes else Standing.IN_REVIEW
        item = self._items.get(row.content.item_ref)
        version = versions.write_version(work, row.content, standing, note="导入", item=item)
        version.body_id = body_id
        if self._publishes:
            version.author_id, version.author_name = None, f"导入（{self._source}）"
            version.reviewer_id, version.reviewer_name = self._actor.staff_id, self._actor.public_name
            version.reviewed_at = work.at
            versions.take_over(work, version)
        else:
            versions.mark_pending(work, version, Standing.IN_REVIEW)

    def retire(self, ids: Sequence[UUID]) -> None:
        """Let the former versions go."""
        versions.retire_current(list(ids))
