"""The rows of guidance on one case, gathered once; actions and reads share them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.views import ItemDetail
from bangban.services.cases.models import Case
from bangban.services.guidance.models import (
    CheckList,
    Draft,
    DraftField,
    Finding,
    ItemForm,
    MaterialList,
    Need,
    Suggestion,
)
from bangban.services.guidance.rules import schema as schemas
from bangban.services.guidance.rules.checks import Brought
from bangban.services.guidance.rules.schema import Schema
from bangban.services.guidance.terms import PASSING, Answered, CheckKind, Delivery


@dataclass
class Papers:
    """What lies on the table of one case: material list (`made`), draft with values, open suggestions."""

    made: MaterialList | None = None
    needs: list[Need] = field(default_factory=list)
    draft: Draft | None = None
    fields: dict[str, DraftField] = field(default_factory=dict)
    suggestions: list[Suggestion] = field(default_factory=list)

    @property
    def schema(self) -> Schema:
        """Return what the form asks."""
        return schemas.read(self.draft.schema) if self.draft else ()

    @property
    def values(self) -> dict[str, str]:
        """Return the values by field."""
        return {code: row.value for code, row in self.fields.items()}


def item_of(case: Case) -> ItemDetail | None:
    """Return the item in the version that the case was matched with, else the current one."""
    if case.item_id is None:
        return None
    found = catalog.item(case.item_id, case.item_version) if case.item_version else None
    return found or catalog.item(case.item_id)


def papers(case: Case) -> Papers:
    """Return the newest list and the draft of the case's item. Five queries."""
    if case.item_id is None:
        return Papers()
    found = Papers(
        made=MaterialList.objects.filter(case=case, item=case.item_id).order_by("-version").first(),
        draft=Draft.objects.filter(case=case, item=case.item_id).first(),
    )
    if found.made:
        rows = Need.objects.filter(list=found.made).select_related("attachment")
        found.needs = list(rows.order_by("position"))
    if found.draft:
        found.fields = {row.code: row for row in DraftField.objects.filter(draft=found.draft)}
        open_ones = Suggestion.objects.filter(draft=found.draft, answer=Answered.OPEN)
        found.suggestions = list(open_ones.order_by("at", "id"))
    return found


def brought(needs: Sequence[Need], values: dict[str, str]) -> list[Brought]:
    """Return the materials as the rules look at them."""
    return [_brought(need, values.get(f"{need.key}_until", "")) for need in needs]


def _brought(need: Need, until: str) -> Brought:
    file = need.attachment
    return Brought(
        key=need.key,
        name=need.name,
        required=need.required,
        delivery=Delivery(need.delivery),
        ready=need.ready,
        media_type=file.media_type if file else "",
        size=file.size if file else 0,
        until=until,
        seen=f"{need.attachment_id or ''}|{int(need.ready)}|{until}",
    )


def own_form(item_id: UUID) -> tuple[Schema, tuple[str, ...]]:
    """Return the fields that an item's form has of its own, and the derived ones that it leaves out."""
    row = ItemForm.objects.filter(item=item_id).order_by("-revision").first()
    return (schemas.read(row.fields), tuple(row.left_out)) if row else ((), ())


def checks_of(draft: Draft | None) -> list[tuple[CheckList, list[Finding]]]:
    """Return the lists of all rounds with their lines, in order. Two queries."""
    if draft is None:
        return []
    lists = list(CheckList.objects.filter(draft=draft).order_by("round", "kind"))
    lines: dict[UUID, list[Finding]] = {one.id: [] for one in lists}
    for finding in Finding.objects.filter(list__draft=draft).order_by("position") if lists else ():
        lines[finding.list_id].append(finding)
    return [(one, lines[one.id]) for one in lists]


def open_defects(checks: Sequence[tuple[CheckList, list[Finding]]]) -> dict[CheckKind, dict[str, str]]:
    """Return what the newest round found wrong, by list and code, as sentences."""
    newest = max((one.round for one, _ in checks), default=0)
    return {
        CheckKind(one.kind): {
            finding.code: f"{finding.label}：{finding.note or finding.sentence}"
            for finding in findings
            if (finding.verdict or finding.automatic) not in PASSING
        }
        for one, findings in checks
        if one.round == newest
    }
