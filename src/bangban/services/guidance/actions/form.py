"""Beginning the draft form with what is already known, and submitting it for checking (T637-8.3.2-c, T637-6.2.3-d)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.registry.catalog.views import ItemDetail
from bangban.registry.people.models import Person
from bangban.services.cases.models import Case
from bangban.services.guidance.actions.door import matched_item, step
from bangban.services.guidance.models import Correction, Draft, DraftField, FieldChange
from bangban.services.guidance.reads.loading import Papers, own_form, papers
from bangban.services.guidance.rules.materials import NeedLine, personal_list
from bangban.services.guidance.rules.schema import Schema, default_schema, merged, stored
from bangban.services.guidance.rules.situations import Answers, known_answers
from bangban.services.guidance.rules.values import check_length, clean, problems_of
from bangban.services.guidance.terms import DraftState, FilledBy

EDITABLE = (DraftState.FILLING, DraftState.CORRECTION)
CONSULTED, ACCOUNT, EARLIER = "您咨询时留下的信息", "您账户登记的信息", "您此前填写的草稿"


def start_form(actor: Actor, number: str) -> Draft:
    """Begin the draft with what the person already gave; a begun draft is returned as it is.

    A draft that passed is opened again in a new round of service.
    """
    with step(actor, number, "form_begun") as deed:
        found = papers(deed.record)
        if found.draft and (found.draft.state != DraftState.PASSED or found.draft.round == deed.record.round):
            raise NotAllowed("申请草稿已经开始填写。", state=deed.record.state, draft=found.draft.state)
        if found.draft:
            return _open_again(deed, found.draft)
        item = matched_item(deed)
        answers = found.made.answers if found.made else known_answers(item.guide, deed.record.user_kind)
        schema = schema_for(item, answers, personal_list(item.guide, item.materials, answers))
        draft = Draft(
            case=deed.record,
            item_id=item.id,
            item_revision=item.revision,
            schema=stored(schema),
            round=deed.record.round,
            begun_at=deed.at,
        )
        deed.insert(draft)
        prefill(deed, draft, schema, {})
        deed.tell(draft=str(draft.id), fields=len(schema))
    return draft


def _open_again(deed: Deed[Case], draft: Draft) -> Draft:
    draft.state, draft.round = DraftState.FILLING, deed.record.round
    deed.changed(draft, "state", "round")
    return draft


def schema_for(item: ItemDetail, answers: Answers, needs: Sequence[NeedLine]) -> Schema:
    """Return what the form of an item asks in a situation, with the fields that the item has of its own."""
    own, left_out = own_form(item.id)
    return merged(default_schema(item.guide, answers, needs), own, left_out)


def fit_schema(deed: Deed[Case], draft: Draft, item: ItemDetail, answers: Answers, needs: Sequence[NeedLine]) -> None:
    """Let the draft ask what belongs to a new situation; values of fields that are not asked any more stay stored."""
    schema = schema_for(item, answers, needs)
    draft.schema, draft.item_revision = stored(schema), item.revision
    deed.changed(draft, "schema", "item_revision")
    known = {row.code: row for row in DraftField.objects.filter(draft=draft)}
    prefill(deed, draft, schema, known)


def prefill(deed: Deed[Case], draft: Draft, schema: Schema, known: Mapping[str, DraftField]) -> None:
    """Fill in what the person has given elsewhere; a field that has a value is left alone."""
    given = _given(deed.record)
    for field in schema:
        value, source = given.get(field.code, ("", ""))
        value = clean(field, value)
        if not value or field.code in known or check_length(field, value):
            continue
        row = DraftField(
            draft=draft, code=field.code, value=value, filled_by=FilledBy.PREFILLED, source=source, at=deed.at
        )
        deed.insert(row)
        deed.insert(change_of(row, "", deed))


def change_of(row: DraftField, old: str, deed: Deed[Case]) -> FieldChange:
    """Return the line of the history for a value that was just set."""
    return FieldChange(
        draft_id=row.draft_id,
        code=row.code,
        version=row.version,
        old=old,
        new=row.value,
        filled_by=row.filled_by,
        source=row.source,
        by=deed.actor.id,
        at=deed.at,
    )


def _given(case: Case) -> dict[str, tuple[str, str]]:
    """Return values by field with where they come from: the account first, then the talk, then an earlier draft."""
    given = {
        row.code: (row.value, EARLIER)
        for row in DraftField.objects.filter(draft__case=case).exclude(code__startswith="condition").order_by("at")
        if not row.code.startswith("m")
    }
    organisation = case.user_kind not in ("", "natural_person")
    given["org_name" if organisation else "name"] = (case.contact_name, CONSULTED)
    given["phone"] = (case.contact_phone, CONSULTED)
    given.setdefault("request", (case.question, CONSULTED))
    person = Person.objects.filter(id=case.person_id).first() if case.person_id else None
    return given | (_registered(person) if person else {})


def _registered(person: Person) -> dict[str, tuple[str, str]]:
    codes = (
        {"name": "name", "id_number": "id_number" if person.id_type == "111" else ""}
        if person.kind == "natural_person"
        else {"name": "org_name", "id_number": "credit_code"}
    )
    names = {**codes, "phone": "phone", "address": "address"}
    return {code: (getattr(person, name), ACCOUNT) for name, code in names.items() if code and getattr(person, name)}


def editable_draft(deed: Deed[Case], found: Papers) -> Draft:
    """Return the draft when its values may change now; NotAllowed before it is begun and while it is checked."""
    if found.draft is None:
        raise NotAllowed("请先开始填写申请草稿。", state=deed.record.state, needs="draft")
    if found.draft.state not in EDITABLE:
        label = DraftState(found.draft.state).label
        raise NotAllowed(f"申请草稿“{label}”，现在不能改动。", state=deed.record.state, draft=found.draft.state)
    return found.draft


def submit_draft(actor: Actor, number: str, *, anyway: bool = False) -> Draft:
    """Submit the draft for checking; only the service user can (T637-8.3.2-c).

    Raises Incomplete with every open field at once; with `anyway` it is submitted as it is and the specialist helps.
    """
    with step(actor, number, "draft_submitted") as deed:
        if actor.is_staff:
            raise NotYours("没有找到这条记录，请核对编号。")
        found = papers(deed.record)
        draft = editable_draft(deed, found)
        if found.made is None:
            raise NotAllowed(
                "请先回答情形问题，列出您的材料清单，再提交核对。", state=deed.record.state, needs="materials"
            )
        if found.suggestions:
            sentence = "还有建议没有确认，请逐条选择采纳或不采纳后再提交。"
            raise NotAllowed(sentence, state=deed.record.state, needs="suggestions")
        if (problems := problems_of(found.schema, found.values)) and not anyway:
            raise Incomplete("还有内容没有填好，请补充；也可以请专员帮您核对。", fields=problems)
        draft.state, draft.submitted_at = DraftState.SUBMITTED, deed.at
        draft.submissions += 1
        deed.changed(draft, "state", "submitted_at", "submissions")
        _answer_correction(deed, draft)
        deed.tell(submission=draft.submissions, draft=str(draft.id), open_fields=sorted(problems))
    return draft


def _answer_correction(deed: Deed[Case], draft: Draft) -> None:
    notice = Correction.objects.filter(draft=draft, answered_at=None).order_by("-round").first()
    if notice:
        notice.answered_at = deed.at
        deed.changed(notice, "answered_at")
