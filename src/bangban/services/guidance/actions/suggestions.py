"""A specialist proposes, the service user decides (T637-8.3.2-c): old and new value stay on record."""

from __future__ import annotations

from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.services.guidance.actions.door import step
from bangban.services.guidance.actions.fields import field_of, put
from bangban.services.guidance.actions.form import editable_draft
from bangban.services.guidance.models import Suggestion
from bangban.services.guidance.reads.loading import papers
from bangban.services.guidance.rules.values import check_length, check_value, clean
from bangban.services.guidance.terms import Answered, FilledBy, Origin

LONGEST_NOTE = 300


def suggest_value(actor: Actor, number: str, code: str, value: str, note: str = "") -> Suggestion:
    """Propose a value for a field; it counts only when the service user accepts it.

    A newer proposal of the specialist replaces the open one. Raises Incomplete for an empty, wrong or unchanged value.
    """
    with step(actor, number, "value_suggested") as deed:
        if not actor.is_staff:
            raise NotYours("没有找到这条记录，请核对编号。")
        found = papers(deed.record)
        draft = editable_draft(deed, found)
        field = field_of(found, code)
        value, row = clean(field, value), found.fields.get(code)
        old = row.value if row else ""
        wrong = check_length(field, value) or check_value(field, value)
        if not value or value == old:
            wrong = "请填写建议的内容。" if not value else "建议的内容和现在的一样。"
        if wrong:
            raise Incomplete(wrong, fields={code: wrong})
        for earlier in found.suggestions:
            if earlier.code == code and earlier.origin == Origin.SPECIALIST:
                earlier.answer, earlier.answered_at = Answered.REPLACED, deed.at
                deed.changed(earlier, "answer", "answered_at")
        made = Suggestion(
            draft=draft,
            code=code,
            on_version=row.version if row else 0,
            old=old,
            value=value,
            note=note.replace("\0", "").strip()[:LONGEST_NOTE],
            origin=Origin.SPECIALIST,
            by_name=actor.public_name,
            by=actor.id,
            at=deed.at,
        )
        deed.insert(made)
        deed.tell(field=code, label=f"“{field.label[:40]}”", suggestion=str(made.id))
    return made


def answer_suggestion(actor: Actor, number: str, suggestion_id: UUID, accept: bool) -> Suggestion:
    """Accept or decline a proposed value; only the service user can, and only while it is open.

    When the field changed after the proposal was made, an acceptance still takes the proposed value: the person sees both.
    """
    with step(actor, number, "suggestion_accepted" if accept else "suggestion_declined") as deed:
        if actor.is_staff:
            raise NotAllowed("建议由服务对象自己确认。", state=deed.record.state, needs="user")
        found = papers(deed.record)
        draft = editable_draft(deed, found)
        made = next((one for one in found.suggestions if one.id == suggestion_id), None)
        if made is None:
            if Suggestion.objects.filter(id=suggestion_id, draft=draft).exists():
                raise NotAllowed("这条建议已经处理过了。", state=deed.record.state, stale=True)
            raise NotYours("没有找到这条建议，请刷新页面。")
        made.answer, made.answered_at = Answered.ACCEPTED if accept else Answered.DECLINED, deed.at
        deed.changed(made, "answer", "answered_at")
        field = field_of(found, made.code)
        if accept:
            by_staff = made.origin == Origin.SPECIALIST
            filled_by = FilledBy.SUGGESTED if by_staff else FilledBy.USER
            version = put(deed, found, draft, made.code, made.value, filled_by, made.by_name if by_staff else "")
            deed.tell(version=version)
        deed.tell(field=made.code, label=f"“{field.label[:40]}”", suggestion=str(made.id))
    return made
