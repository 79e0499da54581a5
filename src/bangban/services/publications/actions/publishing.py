"""What editors and reviewers do with publications (DB23-6.2.1.1)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.zones import DEFAULT_ZONE, business_date
from bangban.foundation.flows.deed import Deed, deed, opening
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours
from bangban.foundation.notify.actions import cancel_waiting
from bangban.services.publications.flow import FLOW
from bangban.services.publications.models import Publication, Sending
from bangban.services.publications.numbers import next_number
from bangban.services.publications.parties import parties
from bangban.services.publications.rules import Content, check
from bangban.services.publications.terms import Target

MORNING = time(8)
NOT_HERE = "您不能为这个机构发布信息。"


def create_publication(content: Content, actor: Actor, *, body_id: int | None = None) -> Publication:
    """Start a publication of a body (the actor's own when none is named) as a draft.

    Raises NotYours outside the actor's reach, Incomplete with everything that is missing or wrong.
    """
    if actor.staff_id is None or actor.unit_id is None:
        raise NotYours(NOT_HERE)
    row = Publication(number="", state="draft", body_id=body_id or actor.unit_id, author_id=actor.staff_id)
    if "editor" not in parties(row, actor):
        raise NotYours(NOT_HERE)
    _refuse_wrong(content)
    row.number = next_number()
    with transaction.atomic(), opening(FLOW, row, actor) as work:
        work.change(**_values(content), author_name=actor.public_name)
        work.tell(kind=content.kind, targets=list(content.targets))
    return row


def edit_publication(number: str, content: Content, actor: Actor, *, version: int | None = None) -> Publication:
    """Write a draft anew; with `version`, NotAllowed when somebody else changed it since the form was shown.

    Whoever wrote last is its author, so that nobody publishes own words.
    """
    with deed(FLOW, lambda: _locked(number), "edit", actor, {"content": content}) as work:
        if version is not None and version != work.record.version:
            sentence = "在您填写期间，这条内容已被其他人更新。您填写的内容还在，请看过最新情况后再提交。"
            raise NotAllowed(sentence, state=work.record.state, version=work.record.version)
        _refuse_wrong(content)
        work.change(**_values(content), author_id=actor.staff_id, author_name=actor.public_name)
        work.tell(kind=content.kind, targets=list(content.targets))
    return work.record


def _refuse_wrong(content: Content) -> None:
    problems = {**check(content), **content.problems}
    if problems:
        raise Incomplete("还不能保存，请检查标出的内容。", fields=problems)


def _values(content: Content) -> dict[str, Any]:
    plays = Target.LED in content.targets
    return {
        "kind": content.kind,
        "title": content.title.strip(),
        "text": content.text.strip(),
        "valid_from": content.valid_from,
        "valid_to": content.valid_to,
        "targets": [target for target in Target.values if target in content.targets],
        "includes_below": content.includes_below,
        "led_text": content.led_text.strip() if plays else "",
        "led_weekdays": sorted(set(content.led_weekdays)) if plays else [],
        "led_spans": [list(span) for span in content.led_spans] if plays else [],
        "led_seconds": content.led_seconds,
    }


def submit_publication(number: str, actor: Actor) -> Publication:
    """Hand a draft to review."""
    with deed(FLOW, lambda: _locked(number), "submit", actor) as work:
        _refuse_past(work)
    return work.record


def publish_publication(number: str, actor: Actor) -> Publication:
    """Approve and publish: screens show it from its first day on, subscribers are told that morning at the earliest.

    NotAllowed for its author: another person publishes.
    """
    with deed(FLOW, lambda: _not_by_author(number, actor), "publish", actor) as work:
        _refuse_past(work)
        work.change(reviewer_id=actor.staff_id, reviewer_name=actor.public_name, published_at=work.at)
        if Target.SMS in work.record.targets:
            start = _first_morning(work.record.valid_from, work.at)
            work.insert(Sending(publication_id=work.record.id, not_before=start, until=start))
        work.tell(targets=work.record.targets, valid_from=str(work.record.valid_from))
    return work.record


def _refuse_past(work: Deed[Publication]) -> None:
    last = work.record.valid_to
    if last and last < business_date(work.at):
        raise NotAllowed("有效期已经过去，请退回修改日期后再发布。", state=work.record.state)


def _first_morning(first: date, at: datetime) -> datetime:
    return max(at, datetime.combine(first, MORNING, DEFAULT_ZONE)) if first > business_date(at) else at


def _not_by_author(number: str, actor: Actor) -> Publication | None:
    row = _locked(number)
    if row and row.state == "in_review" and "author" in parties(row, actor):
        raise NotAllowed("这条信息由您起草，须由另一人审核发布。", state=row.state, allowed_actions=[])
    return row


def send_back_publication(number: str, actor: Actor, reason: str) -> Publication:
    """Return what was submitted to its author with a reason."""
    with deed(FLOW, lambda: _locked(number), "send_back", actor, {"reason": reason.strip()}) as work:
        work.tell(reason=reason.strip()[:500])
    return work.record


def recall_publication(number: str, actor: Actor) -> Publication:
    """Take back what was submitted, to change it."""
    with deed(FLOW, lambda: _locked(number), "recall", actor) as work:
        pass
    return work.record


def withdraw_publication(number: str, actor: Actor, reason: str) -> Publication:
    """Take a publication off every output at once; messages that still wait are cancelled."""
    with deed(FLOW, lambda: _locked(number), "withdraw", actor, {"reason": reason.strip()}) as work:
        _end(work, reason.strip()[:500])
        work.tell(reason=work.record.end_reason, cancelled=cancel_waiting(work.record.id, at=work.at))
    return work.record


def discard_publication(number: str, actor: Actor) -> Publication:
    """Give up a draft."""
    with deed(FLOW, lambda: _locked(number), "discard", actor) as work:
        work.change(ended_at=work.at)
    return work.record


def expire_publications(today: date, at_most: int = 500) -> int:
    """End what was valid until before today; for the worker. Returns how many; pages look at the day themselves."""
    due = Publication.objects.filter(state="published", valid_to__lt=today).order_by("valid_to")
    done = 0
    for number in list(due.values_list("number", flat=True)[:at_most]):
        try:
            with deed(FLOW, lambda ref=number: _locked(ref), "_expire", SYSTEM) as work:  # type: ignore[misc]
                _end(work, "")
            done += 1
        except FlowError:
            continue
    return done


def _end(work: Deed[Publication], reason: str) -> None:
    work.change(ended_at=work.at, end_reason=reason)
    sending = Sending.objects.select_for_update().filter(publication_id=work.record.id, done_at=None).first()
    if sending:
        sending.done_at = work.at
        work.changed(sending, "done_at")


def _locked(number: str) -> Publication | None:
    return Publication.objects.select_for_update().filter(number=number.strip().upper()).first()
