"""Calls for help in a hall: asking, going there, reporting to who must know, closing (DB23-6.4.3-c, DB23-6.3.2-d)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import Deed, deed, opening
from bangban.foundation.flows.flow import Incomplete
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import place
from bangban.services.cases.rules import check_phone
from bangban.services.counter import notices
from bangban.services.counter.flow import HELP
from bangban.services.counter.models import CALLS_FOR_CONTACT, HelpKind, HelpRequest
from bangban.services.counter.numbers import HELP as NUMBERS
from bangban.services.counter.rules import clean

LONGEST_NOTE = 1000
BEFORE_THE_CALL = timedelta(hours=12)


@contextmanager
def help_deed(
    actor: Actor, number: str, action: str, given: Mapping[str, Any] | None = None
) -> Iterator[Deed[HelpRequest]]:
    """Do one action on one call for help; NotYours, NotAllowed or Incomplete before anything is changed."""
    lock = lambda: HelpRequest.objects.select_for_update().filter(number=number).first()  # noqa: E731
    with deed(HELP, lock, action, actor, given) as work:
        yield work


def request_help(
    actor: Actor,
    body_id: int,
    kind: str,
    location: str,
    *,
    terminal: str = "",
    ticket: str = "",
    note: str = "",
    name: str = "",
    phone: str = "",
) -> HelpRequest:
    """Call somebody of the hall to a place; anybody in the hall may, machines and guests included.

    A second press at the same terminal, or for the same ticket, returns the call that still waits. Raises Incomplete with
    a sentence for each field.
    """
    if problems := _problems(body_id, kind, location, note, phone):
        raise Incomplete("请检查填写的内容。", fields=problems)
    terminal, ticket = clean(terminal, 60), clean(ticket, 60)
    if known := _waiting(body_id, kind, terminal, ticket):
        return known
    call = HelpRequest(
        number=NUMBERS.next(now()), state="waiting", body_id=body_id, kind=kind, location=clean(location, 200),
        terminal=terminal, ticket=ticket, note=clean(note), contact_name=clean(name, 100),
        contact_phone=phone.strip(),
    )  # fmt: skip
    try:
        with transaction.atomic(), opening(HELP, call, actor) as work:
            work.tell(kind=kind, terminal=terminal, ticket=ticket)
            if kind in CALLS_FOR_CONTACT:
                _alarm(work)
    except IntegrityError:
        # Two presses at the same moment: the other one is the call.
        if known := _waiting(body_id, kind, terminal, ticket):
            return known
        raise
    return call


def _problems(body_id: int, kind: str, location: str, note: str, phone: str) -> dict[str, str]:
    problems = {}
    if place(body_id) is None:
        problems["body"] = "没有找到这个大厅。"
    if kind not in HelpKind.values:
        problems["kind"] = "请选择需要哪种帮助。"
    if not clean(location):
        problems["location"] = "请写明在哪里需要帮助，例如“二层北侧等候区”。"
    if len(note) > LONGEST_NOTE:
        problems["note"] = f"最多{LONGEST_NOTE}字，请先简要说明。"
    if phone.strip() and (wrong := check_phone(phone.strip())):
        problems["phone"] = wrong
    return problems


def _waiting(body_id: int, kind: str, terminal: str, ticket: str) -> HelpRequest | None:
    if not terminal and not ticket:
        return None
    return HelpRequest.objects.filter(
        body_id=body_id, kind=kind, terminal=terminal, ticket=ticket, state="waiting"
    ).first()


def _alarm(work: Deed[HelpRequest]) -> None:
    """Leave word with the hall's managers: rescue and emergencies are theirs to follow."""
    call = work.record
    managers = Staff.objects.filter(body_id=call.body_id, active=True, duties__contains=["hall_manager"])
    for staff_id in managers.values_list("id", flat=True):
        words = f"{HelpKind(call.kind).label}：{call.location}，编号{call.number}。"
        notices.tell_staff(work, staff_id, words, f"alarm:{staff_id}")


def take_help(actor: Actor, number: str) -> HelpRequest:
    """Go and help; from here on the response time stands (DB23-6.3.2-d)."""
    with help_deed(actor, number, "take") as work:
        _take(work)
    return work.record


def _take(work: Deed[HelpRequest]) -> None:
    if work.record.taken_at is None:
        work.change(taken_by_id=work.actor.staff_id, taken_at=work.at)
        work.tell(response_s=int((work.at - work.record.created_at).total_seconds()))


def contact(actor: Actor, number: str, contacted: str, at: datetime | None = None) -> HelpRequest:
    """Note which department or emergency number was called, and when (now when not said).

    Further calls are added; the time of the first one stays. Raises Incomplete for a time that has not come yet.
    """
    with help_deed(actor, number, "contact", {"contacted": clean(contacted)}) as work:
        call = work.record
        if at is not None and at > work.at:
            raise Incomplete("请检查填写的内容。", fields={"contacted_at": "联系时间还没有到，请填写实际联系的时间。"})
        if at is not None and at < call.created_at - BEFORE_THE_CALL:
            raise Incomplete(
                "请检查填写的内容。", fields={"contacted_at": "联系时间比求助早得多，请填写实际联系的时间。"}
            )
        _take(work)
        work.change(
            contacted="；".join(text for text in (call.contacted, clean(contacted, 200)) if text),
            contacted_at=call.contacted_at or at or work.at,
        )
    return work.record


def close_help(actor: Actor, number: str, measures: str) -> HelpRequest:
    """End a call with what was done; rescue and emergencies only after it was noted who was called."""
    with help_deed(actor, number, "close", {"measures": clean(measures)}) as work:
        work.change(measures=clean(measures, LONGEST_NOTE), closed_by_id=actor.staff_id, closed_at=work.at)
    return work.record


def settle_for(ticket: str, measures: str) -> int:
    """End the calls that waited for the holder of a ticket, who no longer needs anybody; returns how many (DB23-6.7.3)."""
    waiting = HelpRequest.objects.filter(ticket=ticket, kind="accessibility", state="waiting")
    numbers = list(waiting.values_list("number", flat=True))
    for number in numbers:
        with help_deed(SYSTEM, number, "_settle") as work:
            work.change(measures=measures, closed_at=work.at)
    return len(numbers)
