"""Call-back 回访: who is called back is drawn, never chosen; tries and answers are kept; a bad end opens a second round.

(GB33358-5.4.1 to 5.4.4, GB33358-4.2.4-d.) A merged order is called back on its own number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.clocks.reads import service_hours, work_calendar
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.deed import Deed, deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.privacy.crypto import blind_index
from bangban.services.hotline.actions.dispatching import HOURS, Plan, hand_out
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.actions.reaching import own_call
from bangban.services.hotline.flow import FLOW
from bangban.services.hotline.models import Visit, VisitAttempt, WorkOrder
from bangban.services.hotline.parties import assignments_of
from bangban.services.hotline.reads.catalogue import category as class_of
from bangban.services.hotline.reads.catalogue import visit_share
from bangban.services.hotline.reads.visits import claimable
from bangban.services.hotline.rules_handling import (
    CLAIM_FOR,
    GRADES,
    LATEST_TRY,
    LONGEST_TEXT,
    drawn,
    gives_up,
    next_working_morning,
)  # fmt: skip
from bangban.services.hotline.terms import AssignmentState, ReplyChannel, Role

DRAW = "call-back"
GRADED = ("attitude", "efficiency", "process", "result")
MOST_AT_ONCE = 200
SHORTEST = 4
NUMBER = re.compile(r"\d[\d -]{5,}\d")
NOT_DRAWN = "按回访规则未抽中，服务对象也没有主动评价。"


def plan_visit(work: Deed[WorkOrder], order: WorkOrder, unit: int | None) -> Visit:
    """Make the call-back of a completed round: due by policy, or kept open for the caller's own answers.

    The draw is a keyed digest of number and round: the same whenever it is repeated, and foreseen by nobody outside
    (GB33358-5.4.1). A round that was sent back keeps its one row; a merged order counts its main order's rounds on.
    """
    share = visit_share(order.kind, work.record.direct, business_date(work.at))
    turn = work.record.round if order is work.record else work.record.round + order.round - 1
    chosen = drawn(blind_index(f"{order.number}:{turn}", DRAW), share)
    visit = Visit.objects.filter(order=order, round=turn).first()
    values: dict[str, Any] = {
        "unit_id": unit, "made_at": work.at, "not_before": next_morning(work.at), "state": "due" if chosen else "not_due",
        "policy": "all" if share == 100 else "sampled" if chosen else "not_sampled", "staff_id": None, "claimed_at": None,
        "done_at": None,
    }  # fmt: skip
    if visit is None:
        visit = Visit(order=order, round=turn, **values)
        work.insert(visit)
    elif visit.state != "done":
        for name, value in values.items():
            setattr(visit, name, value)
        work.changed(visit, *values)
    return visit


def next_morning(at: datetime) -> datetime:
    """Return when call-backs of what ends now may begin."""
    return next_working_morning(at, work_calendar(), service_hours(HOURS))


def claim_visit(actor: Actor) -> str | None:
    """Take the next call-back that is due; returns its number, or None when nothing is. Two visitors never get the same.

    The oldest first, none whose order the visitor took in or handled; a claim lapses after half an hour.
    """
    while True:
        try:
            with deed(FLOW, lambda: _next(actor), "_claim_visit", actor) as work:
                visit = _claimable(work)
                visit.staff_id, visit.claimed_at = actor.staff_id, work.at
                work.changed(visit, "staff_id", "claimed_at")
                return work.record.number
        except _Nothing:
            return None
        except _Gone:
            continue


class _Nothing(Exception):
    """No call-back is due."""


class _Gone(Exception):
    """Somebody claimed it between the search and the lock."""


def _next(actor: Actor) -> WorkOrder:
    found = (
        WorkOrder.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(id__in=claimable(actor).values("order_id")[:MOST_AT_ONCE])
        .order_by("visits__not_before", "id")
        .first()
    )
    if found is None:
        raise _Nothing
    return found


def _claimable(work: Deed[WorkOrder]) -> Visit:
    visit = claimable(work.actor).filter(order=work.record).first()
    if visit is None:
        raise _Gone
    return visit


def _open_visit(work: Deed[WorkOrder]) -> Visit:
    """Return the call-back of this round; of a merged order, the one of its main order's round."""
    visit = Visit.objects.filter(order=work.record, state__in=["due", "not_due"]).order_by("-round").first()
    if visit is None:
        raise NotAllowed("这张工单没有待做的回访，请刷新查看。", state=work.record.state)
    others = work.actor.is_staff and visit.staff_id not in (None, work.actor.staff_id)
    if others and visit.claimed_at and work.at < visit.claimed_at + CLAIM_FOR:
        raise NotAllowed("同事正在回访这张工单，请领取下一张。", state=work.record.state)
    return visit


def try_visit(
    actor: Actor,
    number: str,
    channel: str,
    note: str = "",
    next_at: datetime | None = None,
    call_id: UUID | None = None,
    early: str = "",
) -> VisitAttempt:
    """Note that the caller was not reached and when to try again; after three tries on more than one day it is given up.

    A first try before the call-back is due needs a reason (`early`).
    """
    with order_deed(actor, number, "try_visit", {"channel": channel}) as work:
        _check_channel(channel)
        if next_at is not None and not work.at < next_at <= work.at + LATEST_TRY:
            sentence = f"下次回访时间要晚于现在，最晚在{LATEST_TRY.days}天内。"
            raise Incomplete("请检查下次回访时间。", fields={"next_at": sentence})
        visit = _open_visit(work)
        if not visit.attempts.exists():
            early = _check_early(work, visit, early)
        if call_id is not None:
            own_call(work, call_id, number, answered=False)
        said = "；".join(filter(None, [note, early]))
        attempt = _attempt(work, visit, channel, reached=False, note=said, call_id=call_id)
        days = [business_date(at) for at in visit.attempts.values_list("at", flat=True)] + [business_date(work.at)]
        if gives_up(days):
            _end(work, visit, "given_up", f"联系{len(days)}次未接通")
        else:
            attempt.next_at = visit.not_before = next_at or next_morning(work.at)
            visit.staff_id, visit.claimed_at = None, None
            work.changed(visit, "not_before", "staff_id", "claimed_at")
        work.tell(channel=channel, tries=len(days), round=visit.round)
    return attempt


def _attempt(
    work: Deed[WorkOrder], visit: Visit, channel: str, *, reached: bool, note: str = "", call_id: UUID | None = None
) -> VisitAttempt:
    attempt = VisitAttempt(
        visit=visit, number=visit.attempts.count() + 1, at=work.at, by_id=work.actor.staff_id, channel=channel,
        reached=reached, call_id=call_id, note=note.strip()[:LONGEST_TEXT],
    )  # fmt: skip
    work.insert(attempt)
    return attempt


def _check_channel(channel: str) -> None:
    if channel not in ReplyChannel.values or channel == ReplyChannel.NONE:
        raise Incomplete("请选择回访方式。", fields={"channel": "请选择回访方式。"})


def visit(  # noqa: PLR0913, PLR0917 - one value for each answer of the form
    actor: Actor, number: str, process_satisfied: bool, result_satisfied: bool, contacted: bool | None = None,
    solved: bool | None = None, attitude: int | None = None, efficiency: int | None = None, process: int | None = None,
    result: int | None = None, reasons: Sequence[str] = (), text: str = "", channel: str = "telephone",
    call_id: UUID | None = None, how: str = "", spoken_at: datetime | None = None, early: str = "",
) -> Visit:  # fmt: skip
    """Keep the answers of the caller, each by itself (GB33358-5.4.2); his own answers on the web are the call-back.

    Staff name how they asked: `call_id` is an answered call of this order through the platform, else `how` says by which
    other telephone or in what way, without any number, and `spoken_at` when (now if left out). Before the moment from which
    the call-back is due they say why (`early`).
    """
    answers: dict[str, Any] = {
        "process_satisfied": process_satisfied, "result_satisfied": result_satisfied, "contacted": contacted,
        "solved": solved, "attitude": attitude, "efficiency": efficiency, "process": process, "result": result,
    }  # fmt: skip
    given = {name: answers[name] for name in ("process_satisfied", "result_satisfied")}
    with order_deed(actor, number, "visit", given) as work:
        _check_answers(answers, text, channel)
        row = _open_visit(work)
        if actor.is_staff:
            _check_asked(work, row, call_id, how, spoken_at)
            early = _check_early(work, row, early)
        by_web = ReplyChannel.WEBSITE.value if not actor.is_staff else channel
        for name, value in answers.items():
            setattr(row, name, value)
        row.reasons, row.text, row.channel = (
            [one.strip()[:100] for one in reasons if one.strip()][:20],
            text.strip(),
            by_web,
        )
        row.staff_id = actor.staff_id
        row.policy = row.policy if row.state == "due" else "by_hand"
        tried = _attempt(work, row, by_web, reached=True, call_id=call_id, note="；".join(filter(None, [how, early])))
        tried.at = spoken_at or tried.at
        _end(work, row, "done")
        work.changed(row, *answers, "reasons", "text", "channel", "policy")
        work.change(process_satisfied=process_satisfied, result_satisfied=result_satisfied)
        work.tell(**answers, round=row.round, visit=str(row.id), by=actor.kind, reasons=len(row.reasons))
        work.tell(channel=by_web, **({"call": str(call_id)} if call_id else {}), **({"early": True} if early else {}))
    return row


def _check_asked(work: Deed[WorkOrder], row: Visit, call_id: UUID | None, how: str, spoken_at: datetime | None) -> None:
    """Refuse a call-back that says neither by which call nor how else the caller was asked (GB33358-4.2.4-d)."""
    if call_id is not None:
        own_call(work, call_id, work.record.number)
    elif len(how.strip()) < SHORTEST:
        sentence = "请先用“联系诉求人”拨通，再选择那一通通话；用其他电话或方式回访的，请写明原因。"
        raise Incomplete(sentence, fields={"how": sentence})
    _check_words(how, "how")
    if spoken_at is not None and not row.made_at <= spoken_at <= work.at:
        sentence = "回访时间要在办结之后、现在之前。"
        raise Incomplete(sentence, fields={"spoken_at": sentence})


def _check_early(work: Deed[WorkOrder], row: Visit, early: str) -> str:
    """Return why a call-back is made before its time, nothing when its time has come; refused without a reason."""
    if work.at >= row.not_before:
        return ""
    if len(early.strip()) < SHORTEST:
        local = row.not_before.astimezone(service_hours(HOURS).zone)
        sentence = f"这张工单{local.month}月{local.day}日{local:%H:%M}起才可回访；需要提前的，请写明理由。"
        raise Incomplete(sentence, fields={"early": sentence})
    _check_words(early, "early")
    return early.strip()


def _check_words(text: str, name: str) -> None:
    """Refuse words that hold a telephone number: they are read by more people than may see it."""
    if NUMBER.search(text):
        sentence = "这里不要写电话号码。"
        raise Incomplete(sentence, fields={name: sentence})
    if len(text) > LONGEST_TEXT:
        sentence = f"最多{LONGEST_TEXT}字。"
        raise Incomplete(sentence, fields={name: sentence})


def _check_answers(answers: Mapping[str, Any], text: str, channel: str) -> None:
    problems = {}
    for name in ("process_satisfied", "result_satisfied", "contacted", "solved"):
        wanted = (bool,) if name.endswith("satisfied") else (bool, type(None))
        if not isinstance(answers[name], wanted):
            problems[name] = "请选择是或否。"
    for name in GRADED:
        if answers[name] is not None and answers[name] not in GRADES:
            problems[name] = "请在1到5分中选择。"
    if len(text) > LONGEST_TEXT:
        problems["text"] = f"最多{LONGEST_TEXT}字。"
    if problems:
        raise Incomplete("请检查回访结果。", fields=problems)
    _check_channel(channel)


def _end(work: Deed[WorkOrder], row: Visit, state: str, reason: str = "") -> None:
    """End a call-back and, unless the order was merged, the order's time of waiting for it."""
    row.state, row.done_at, row.claimed_at = state, work.at, None
    work.changed(row, "state", "done_at", "staff_id", "claimed_at")
    work.change(visited_at=work.at)
    if reason:
        work.tell(reason=reason)
    if work.record.state == "completed" and work.target is None:
        work.target = "visited"
        clocks.stop(work.writes, work.record, "order_visit", work.at)
        clocks.start(work.writes, work.record, "order_archive", work.record.center_id, work.at)


def end_visit(actor: Actor, number: str, reason: str) -> WorkOrder:
    """End a call-back without answers, with the reason: not drawn, wrong number, the caller wants no more calls."""
    with order_deed(actor, number, "end_visit", {"reason": reason.strip()}) as work:
        row = _open_visit(work)
        if actor.is_staff:
            row.staff_id = actor.staff_id
            _attempt(work, row, ReplyChannel.TELEPHONE.value, reached=False, note=reason)
        _end(work, row, "given_up" if row.state == "due" else "not_due", reason.strip()[:500])
    return work.record


def redo(
    actor: Actor, number: str, reason: str, days: int, units: Sequence[int] | None = None, lead: int | None = None,
    category: str = "",
) -> WorkOrder:  # fmt: skip
    """Send an order whose caller is satisfied with neither course nor result to a further round (GB33358-5.4.3).

    Same number, new limit; without `units` the units of the last round get it, and may then not return it. One that was
    answered at once names its units, and its class by `category` (a code) when it has none. The answers of the last round
    stay in its call-back.
    """
    given = {"reason": reason.strip(), "limit": days}
    with order_deed(actor, number, "redo", given) as work:
        order = work.record
        former = [a for a in assignments_of(order) if a.round == order.round and a.state == AssignmentState.REPLIED]
        before = next((a.unit_id for a in former if a.role == Role.LEAD), None)
        chosen = list(units or [a.unit_id for a in former])
        if not chosen:
            raise Incomplete("请选择承办单位。", fields={"units": "这张工单是当场答复的，请选择承办单位。"})
        if order.category_id is None:
            known = class_of(category)
            if known is None or not known.active:
                raise Incomplete("请先选定事项分类，再交办。", fields={"category": "请从列表中选择事项分类。"})
            work.change(category_id=known.id)
        chief = lead or (before if before in chosen else chosen[0] if len(chosen) == 1 else None)
        work.change(
            round=order.round + 1, redo_decided="", process_satisfied=None, result_satisfied=None, visited_at=None,
            completed_at=None, result_code="", direct=False,
        )  # fmt: skip
        hand_out(work, Plan(reason, chosen, chief, days, designated=chief == before, reason=reason))
    return order


def decline_redo(actor: Actor, number: str, reason: str) -> WorkOrder:
    """Decide against a further round, with the reason that the caller reads (GB33358-5.4.3)."""
    with order_deed(actor, number, "decline_redo", {"reason": reason.strip()}) as work:
        if work.record.redo_decided:
            raise NotAllowed("已经说明过不再交办的理由。", state=work.record.state)
        work.change(redo_decided="declined")
        work.tell(reason=reason.strip()[:1000], round=work.record.round)
    return work.record
