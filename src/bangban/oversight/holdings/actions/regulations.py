"""Registering internal-control documents, revising, reviewing and abolishing them (GB33358-6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.deed import Deed, opening
from bangban.foundation.flows.flow import Incomplete
from bangban.oversight.holdings.actions.door import keeper_of_books, on
from bangban.oversight.holdings.flow import REGULATION
from bangban.oversight.holdings.models import Regulation, Revision
from bangban.oversight.holdings.numbers import REGULATIONS
from bangban.oversight.holdings.rules import interval_problem, months_after, too_long
from bangban.oversight.holdings.terms import NOTE_LIMIT, TEXT_LIMIT, TITLE_LIMIT, RegulationKind
from bangban.registry.org.reads import place

LIMITS = {"title": TITLE_LIMIT, "document_number": 60, "text": TEXT_LIMIT, "change": NOTE_LIMIT}


@dataclass(frozen=True)
class NewRegulation:
    """A document as a form gives it; `unit` is the body that answers for it."""

    kind: str
    title: str
    text: str
    valid_from: date | None
    review_months: int
    unit: int = 0
    document_number: str = ""
    valid_to: date | None = None


def register_regulation(actor: Actor, new: NewRegulation) -> Regulation:
    """Register a document with its first edition.

    Raises NotYours for all but managers of the hotline, Incomplete with a sentence per field.
    """
    body_id, _ = keeper_of_books(actor)
    at, values = now(), _checked(new, body_id)
    with transaction.atomic():
        record = Regulation(number=REGULATIONS.next(at), state="current", body_id=body_id, **values)
        record.review_due_on = months_after(max(record.valid_from, business_date(at)), new.review_months)
        with opening(REGULATION, record, actor) as work:
            work.among_staff()
            _keep(work, "new", "首次登记")
    return record


def revise_regulation(actor: Actor, number: str, new: NewRegulation, change: str) -> Regulation:
    """Keep the next edition; what it replaces holds until the day it begins, and stays in the history with its text."""
    given = {"text": new.text.strip(), "change": change.strip()}
    with on(REGULATION, Regulation, actor, number, "revise", given) as work:
        values = _checked(new, work.record.body_id, change)
        due = months_after(max(_day(values["valid_from"]), business_date(work.at)), new.review_months)
        work.change(**values, edition=work.record.edition + 1, review_due_on=due, reminded=0)
        _keep(work, "revised", change.strip())
    return work.record


def review_regulation(actor: Actor, number: str, conclusion: str) -> Regulation:
    """Keep the review of a document that stays as it is; the next one is due an interval later."""
    with on(REGULATION, Regulation, actor, number, "review", {"conclusion": conclusion.strip()}) as work:
        due = months_after(business_date(work.at), work.record.review_months)
        work.change(review_due_on=due, reminded=0)
        _keep(work, "reviewed", conclusion.strip()[:NOTE_LIMIT], text=False)
    return work.record


def abolish_regulation(actor: Actor, number: str, reason: str) -> Regulation:
    """End a document today; it stays readable."""
    with on(REGULATION, Regulation, actor, number, "abolish", {"reason": reason.strip()}) as work:
        work.change(valid_to=max(business_date(work.at), work.record.valid_from))
        _keep(work, "abolished", reason.strip()[:NOTE_LIMIT], text=False)
    return work.record


def _keep(work: Deed[Regulation], step: str, change: str, *, text: bool = True) -> None:
    one, actor = work.record, work.actor
    assert actor.staff_id is not None
    work.tell(edition=one.edition)
    work.insert(
        Revision(
            regulation=one, edition=one.edition, step=step, kind=one.kind, title=one.title,
            document_number=one.document_number, unit_id=one.unit_id, valid_from=one.valid_from, valid_to=one.valid_to,
            text=one.text if text else "", change=change, by_id=actor.staff_id, by_name=actor.public_name, at=work.at,
        )
    )  # fmt: skip


def _checked(new: NewRegulation, body_id: int, change: str = "") -> dict[str, object]:
    title, text, number = new.title.strip(), new.text.strip(), new.document_number.strip()
    unit = place(new.unit or body_id)
    problems = {} if new.kind in RegulationKind.values else {"kind": "请选择制度类别。"}
    problems |= too_long({"title": title, "text": text, "document_number": number, "change": change.strip()}, LIMITS)
    problems |= {} if title else {"title": "请填写制度名称。"}
    problems |= {} if text else {"text": "请填写制度全文，或摘要和原件存放处。"}
    problems |= {} if unit else {"unit": "请选择负责单位。"}
    if new.valid_from is None:
        problems["valid_from"] = "请选择施行日期。"
    elif new.valid_to is not None and new.valid_to < new.valid_from:
        problems["valid_to"] = "失效日期不能早于施行日期。"
    if wrong := interval_problem(new.review_months):
        problems["review_months"] = wrong
    if problems:
        raise Incomplete("制度还不能登记，请检查标出的内容。", fields=problems)
    return {
        "kind": new.kind, "title": title, "text": text, "document_number": number, "valid_from": new.valid_from,
        "valid_to": new.valid_to, "unit_id": new.unit or body_id, "review_months": new.review_months,
    }  # fmt: skip


def _day(value: object) -> date:
    assert isinstance(value, date)
    return value
