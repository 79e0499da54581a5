"""Saving single fields: each with its version; a value that meets another one is put beside it, never over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.services.cases.models import Case
from bangban.services.guidance.actions.door import step
from bangban.services.guidance.actions.form import change_of, editable_draft
from bangban.services.guidance.models import Draft, DraftField, FieldChange, Suggestion
from bangban.services.guidance.reads.loading import Papers, papers
from bangban.services.guidance.rules.schema import FormField
from bangban.services.guidance.rules.values import check_length, clean
from bangban.services.guidance.terms import FilledBy, Origin


@dataclass(frozen=True)
class Saved:
    """What became of a value: stored, already there, or put beside a newer one for the person to choose.

    `new` tells whether anything was written.
    """

    code: str
    state: Literal["saved", "same", "conflict"]
    version: int
    new: bool = True


def save_field(actor: Actor, number: str, code: str, value: str, version: int) -> Saved:
    """Save one field of the service user; `version` is the one that was on the page (0 for an empty field).

    A wrong value is kept and shown as wrong. Raises NotYours for staff and unknown fields, Incomplete when too long.
    """
    return save_fields(actor, number, {code: (value, version)})[0]


def save_fields(actor: Actor, number: str, given: Mapping[str, tuple[str, int]]) -> list[Saved]:
    """Save several fields at once, as a page without scripts sends them; unchanged ones cost nothing."""
    if actor.is_staff:
        raise NotAllowed("申请内容由服务对象自己填写；您可以提出建议。", needs="user")
    try:
        with step(actor, number, "field_saved") as deed:
            found = papers(deed.record)
            draft, fields = editable_draft(deed, found), {field.code: field for field in found.schema}
            problems = {code: "没有这个栏目，请刷新页面。" for code in given if code not in fields}
            cleaned = {code: clean(fields[code], value) for code, (value, _) in given.items() if code in fields}
            problems |= {code: wrong for code, value in cleaned.items() if (wrong := check_length(fields[code], value))}
            if problems:
                raise Incomplete("有的内容没有保存，请修改后再试。", fields=problems)
            done = [_save(deed, found, draft, fields[code], value, given[code][1]) for code, value in cleaned.items()]
            if not any(one.new for one in done):
                raise _Nothing(done)
            _tell(deed, fields, done)
    except _Nothing as nothing:
        return nothing.done
    return done


class _Nothing(Exception):
    """Nothing changed; leaves the transaction without an event."""

    def __init__(self, done: list[Saved]) -> None:
        super().__init__()
        self.done = done


def _save(deed: Deed[Case], found: Papers, draft: Draft, field: FormField, value: str, version: int) -> Saved:
    row = found.fields.get(field.code)
    now_there, now_version = (row.value, row.version) if row else ("", 0)
    if value == now_there:
        return Saved(field.code, "same", now_version, new=False)
    if version != now_version:
        if value == _at_version(draft, field.code, version):
            return Saved(field.code, "same", now_version, new=False)
        return _beside(deed, found, draft, field, value)
    return Saved(field.code, "saved", put(deed, found, draft, field.code, value, FilledBy.USER, ""))


def _at_version(draft: Draft, code: str, version: int) -> str:
    """Return what the person's page showed: a value that was not touched is no edit, however old the page is."""
    rows = FieldChange.objects.filter(draft=draft, code=code, version=version)
    return rows[0].new if rows else ""


def _beside(deed: Deed[Case], found: Papers, draft: Draft, field: FormField, value: str) -> Saved:
    """Keep a value that was typed over an older one, for the person to choose; the one in the form stays."""
    row = found.fields[field.code]
    waiting = [one for one in found.suggestions if one.code == field.code and one.origin == Origin.OTHER_PAGE]
    if any(one.value == value for one in waiting):
        return Saved(field.code, "conflict", row.version, new=False)
    deed.insert(
        Suggestion(
            draft=draft, code=field.code, on_version=row.version, old=row.value, value=value,
            origin=Origin.OTHER_PAGE, by=deed.actor.id, at=deed.at,
        )
    )  # fmt: skip
    return Saved(field.code, "conflict", row.version)


def put(deed: Deed[Case], found: Papers, draft: Draft, code: str, value: str, filled_by: FilledBy, source: str) -> int:
    """Set a value with its line in the history; returns the new version. The caller has decided that it may."""
    row = found.fields.get(code)
    old = row.value if row else ""
    if row is None:
        row = DraftField(draft=draft, code=code, value=value, filled_by=filled_by, source=source, at=deed.at)
        deed.insert(row)
    else:
        row.value, row.version, row.filled_by, row.source, row.at = value, row.version + 1, filled_by, source, deed.at
        deed.changed(row, "value", "version", "filled_by", "source", "at")
    deed.insert(change_of(row, old, deed))
    return row.version


def _tell(deed: Deed[Case], fields: Mapping[str, FormField], done: list[Saved]) -> None:
    changed = [one for one in done if one.new]
    if any(one.state == "conflict" for one in changed):
        deed.tell(step="field_conflict")
    first = fields[changed[0].code].label[:40]
    label = f"“{first}”" + (f"等{len(changed)}项" if len(changed) > 1 else "")
    deed.tell(label=label, fields={one.code: one.version for one in changed})


def field_of(found: Papers, code: str) -> FormField:
    """Return one field of the form; NotYours when the form does not ask it."""
    for field in found.schema:
        if field.code == code:
            return field
    raise NotYours("没有这个栏目，请刷新页面。")
