"""The panel of guidance for one viewer, in a constant number of queries."""

from __future__ import annotations

from django.db.models import Count, Max

from bangban.foundation.access.actors import Actor
from bangban.registry.catalog.views import ItemDetail
from bangban.services.cases.models import Case
from bangban.services.cases.parties import parties_of
from bangban.services.cases.reads import get_case
from bangban.services.guidance.models import Correction, Entry, Need
from bangban.services.guidance.reads.acceptable import judged
from bangban.services.guidance.reads.checking import check_view, correction_view
from bangban.services.guidance.reads.forms import form_view
from bangban.services.guidance.reads.history import steps_of
from bangban.services.guidance.reads.loading import Papers, checks_of, item_of, open_defects, papers
from bangban.services.guidance.rules.situations import answers_in_words, known_answers, questions_of
from bangban.services.guidance.terms import Delivery, EntryKind
from bangban.services.guidance.views import EntryView, GuidanceView, MaterialsView, NeedView, QuestionView

WORKING = ("guide", "assist")


def guidance_view(actor: Actor, number: str) -> GuidanceView:
    """Return everything of guidance on a case; strangers get NotYours. Personal numbers are masked for staff."""
    case = get_case(actor, number)
    parties = parties_of(case, actor)
    masked = "user" not in parties
    item, found = item_of(case), papers(case)
    checks = checks_of(found.draft)
    corrections = Correction.objects.filter(draft=found.draft).order_by("round") if found.draft else ()
    return GuidanceView(
        number=case.number,
        state=case.state,
        stage=case.stage,
        item_name=item.name if item else "",
        item_code=item.code if item else "",
        may_work="owner" in parties and case.state in WORKING,
        may_fill="user" in parties and case.state in WORKING,
        entry=_entry(case),
        questions=_questions(case, item, found),
        materials=_materials(item, found),
        form=form_view(found, masked=masked),
        checks=tuple(check_view(one, lines, found.schema, masked=masked) for one, lines in checks),
        corrections=tuple(correction_view(row) for row in corrections),
        acceptability=judged(found, open_defects(checks)),
        history=steps_of(case),
    )


def desk_panel(actor: Actor, number: str) -> bool:
    """Tell whether the desk shows the panel of a case: once it reached guidance. The panel then fetches itself."""
    return get_case(actor, number).stage in WORKING


def _entry(case: Case) -> EntryView | None:
    rows = Entry.objects.filter(case=case).annotate(used=Count("visits"), last=Max("visits__at"))
    row = rows.order_by("-sent_at").first()
    if row is None:
        return None
    return EntryView(
        id=row.id,
        kind=row.kind,
        kind_label=EntryKind(row.kind).label,
        title=row.title,
        url=row.url,
        place=row.place,
        windows=row.windows,
        hours=row.hours,
        phone=row.phone,
        booking=row.booking,
        sent_by=row.sent_by_name,
        sent_at=row.sent_at,
        visits=row.used,
        last_visit_at=row.last,
    )


def _questions(case: Case, item: ItemDetail | None, found: Papers) -> tuple[QuestionView, ...]:
    if item is None:
        return ()
    answers = found.made.answers if found.made else known_answers(item.guide, case.user_kind)
    return tuple(
        QuestionView(one.code, one.text, one.options, str(answers.get(one.code, "")))
        for one in questions_of(item.guide)
    )


def _materials(item: ItemDetail | None, found: Papers) -> MaterialsView | None:
    row = found.made
    if row is None or item is None:
        return None
    return MaterialsView(
        id=row.id,
        version=row.version,
        item_revision=row.item_revision,
        made_by=row.made_by_name or "服务对象",
        at=row.at,
        sent_at=row.sent_at,
        situation=answers_in_words(questions_of(item.guide), row.answers),
        needs=tuple(need_view(need) for need in found.needs),
    )


def need_view(need: Need) -> NeedView:
    """Return one material as a plain value."""
    file = need.attachment
    return NeedView(
        id=need.id,
        key=need.key,
        name=need.name,
        required=need.required,
        necessity=need.necessity,
        delivery=need.delivery,
        delivery_label=Delivery(need.delivery).label,
        copies=need.copies,
        note=need.note,
        blank=(need.blank_form, need.blank_revision) if need.blank_form and need.blank_revision else None,
        sample=(need.sample_form, need.sample_revision) if need.sample_form and need.sample_revision else None,
        ready=need.ready,
        ready_at=need.ready_at,
        attachment=file.id if file else None,
        attachment_name=file.name if file else "",
    )
