"""The draft form as both sides see it; staff see personal numbers masked (F8.15)."""

from __future__ import annotations

from bangban.foundation.privacy.masking import mask_address, mask_id_number, mask_phone
from bangban.services.guidance.models import DraftField, FieldChange, Suggestion
from bangban.services.guidance.reads.loading import Papers
from bangban.services.guidance.rules.schema import FormField, Kind, sections_of
from bangban.services.guidance.rules.values import check_value, in_words, missing_fields, problems_of
from bangban.services.guidance.terms import DraftState, FilledBy, Origin
from bangban.services.guidance.views import ChangeView, FieldView, FormView, SectionView, SuggestionView

LATEST_CHANGES = 50


def shown(field: FormField, value: str, *, masked: bool) -> str:
    """Return a value for a reader: choices in words, sensitive values masked when they are not the reader's own."""
    if not (masked and field.sensitive and value):
        return in_words(field, value)
    if field.kind is Kind.ID_NUMBER:
        return mask_id_number(value)
    return mask_phone(value) if field.kind is Kind.PHONE else mask_address(value)


def form_view(found: Papers, *, masked: bool) -> FormView | None:
    """Return the draft with fields by section, or None before it is begun."""
    draft = found.draft
    if draft is None:
        return None
    schema, values = found.schema, found.values
    asked = [field for field in schema if field.required]
    return FormView(
        id=draft.id,
        state=draft.state,
        state_label=DraftState(draft.state).label,
        submissions=draft.submissions,
        submitted_at=draft.submitted_at,
        sections=tuple(
            SectionView(title, tuple(_field(field, found, masked=masked) for field in fields))
            for title, fields in sections_of(schema)
        ),
        filled=len(asked) - len(missing_fields(schema, values)),
        needed=len(asked),
        problems=tuple(problems_of(schema, values).items()),
        changes=_changes(found, masked=masked),
    )


def _field(field: FormField, found: Papers, *, masked: bool) -> FieldView:
    row: DraftField | None = found.fields.get(field.code)
    value = row.value if row else ""
    return FieldView(
        code=field.code,
        label=field.label,
        kind=field.kind.value,
        required=field.required,
        hint=field.hint,
        options=field.options,
        limit=field.limit,
        sensitive=field.sensitive,
        value="" if masked and field.sensitive else value,
        words=shown(field, value, masked=masked),
        version=row.version if row else 0,
        problem=check_value(field, value),
        filled_by=row.filled_by if row else "",
        filled_by_label=FilledBy(row.filled_by).label if row else "",
        source=row.source if row else "",
        at=row.at if row else None,
        suggestions=tuple(
            _suggestion(field, one, masked=masked) for one in found.suggestions if one.code == field.code
        ),
    )


def _suggestion(field: FormField, row: Suggestion, *, masked: bool) -> SuggestionView:
    return SuggestionView(
        id=row.id,
        origin=row.origin,
        origin_label=Origin(row.origin).label,
        by=row.by_name,
        old=shown(field, row.old, masked=masked),
        value=shown(field, row.value, masked=masked),
        note=row.note,
        at=row.at,
    )


def _changes(found: Papers, *, masked: bool) -> tuple[ChangeView, ...]:
    fields = {field.code: field for field in found.schema}
    rows = FieldChange.objects.filter(draft=found.draft).order_by("-at", "-id")[:LATEST_CHANGES]
    return tuple(
        ChangeView(
            label=fields[row.code].label,
            old=shown(fields[row.code], row.old, masked=masked),
            new=shown(fields[row.code], row.new, masked=masked),
            filled_by_label=FilledBy(row.filled_by).label,
            source=row.source,
            at=row.at,
        )
        for row in rows
        if row.code in fields
    )
