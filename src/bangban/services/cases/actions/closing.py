"""Closing and the loop after it: opinion delivered, result followed, three outcomes (T637-8.4, T637-8.5)."""

from __future__ import annotations

from typing import Any

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.handover import actions as handover
from bangban.foundation.handover.models import Answer, Handover
from bangban.foundation.handover.models import Kind as Move
from bangban.foundation.privacy.models import Consent
from bangban.registry.org.reads import colleagues
from bangban.services.cases.actions.door import case_deed
from bangban.services.cases.actions.sorting import sorted_first
from bangban.services.cases.models import Case, CloseReason, Outcome, OutOfScope, Round, Scope
from bangban.services.cases.rules import check_outcome, check_path, path_sentence
from bangban.services.conversation import actions as talk
from bangban.services.conversation.models import Kind, Message, Party

FAREWELL = "感谢您对我们工作的支持，欢迎您再来。"
ASK_RESULT = "您好，您咨询的事项现在办成了吗？请点选：已取得办理结果、还需完善，或无法取得。"


def solved(actor: Actor, number: str) -> Case:
    """Let the user end a case that the assistant answered; nobody else may (T637-8.2-a, BJ-2-c)."""
    with case_deed(actor, number, "solved") as deed:
        deed.change(close_reason=CloseReason.SELF_SOLVED, closed_at=deed.at)
        _end_round(deed, CloseReason.SELF_SOLVED)
        clocks.start(deed.writes, deed.record, "follow_up", deed.record.unit_id, deed.at)
    return deed.record


def close(actor: Actor, number: str, given: dict[str, Any] | None = None, *, version: int | None = None) -> Case:
    """Deliver the disposal opinion and close (T637-8.4).

    Needs an opinion, given now or already sent in this round. Out of scope needs a class and a path (BJ-4). From
    assistance the reason is one of referred_to_review, user_stopped, correction_lapsed (T637-8.3.3-f).
    """
    given = dict(given or {})
    with sorted_first(actor, number, "close", given, version=version) as deed:
        case = deed.record
        reason = _close_reason(case, given)
        path = _path(case, given, reason)
        if path:
            deed.change(path_given=path, out_of_scope_class=_class_of(given, reason))
        opinion = str(given.get("opinion") or "").strip()
        if not opinion and reason == CloseReason.OUT_OF_SCOPE:
            opinion = path_sentence(path)
        _deliver(deed, opinion)
        for consent in Consent.objects.filter(record_id=case.id, answered_at=None):
            consent.agreed, consent.answered_by, consent.answered_at = False, "lapsed", deed.at
            deed.changed(consent, "agreed", "answered_by", "answered_at")
        _withdraw_requests(deed)
        deed.change(close_reason=reason, closed_at=deed.at)
        if "acceptable" in given or "open_points" in given:
            points = [str(point)[:200] for point in given.get("open_points") or []][:20]
            deed.change(acceptable=bool(given.get("acceptable")) and not points, open_points=points)
        _end_round(deed, reason)
        talk.say(deed, FAREWELL, kind=Kind.SYSTEM, party=Party.STAFF)
        deed.tell(reason=reason, stage=case.stage, round=case.round, path_class=case.out_of_scope_class)
    return case


def _close_reason(case: Case, given: dict[str, Any]) -> str:
    default = {"guide": CloseReason.GUIDED, "assist": CloseReason.REFERRED}.get(case.state, CloseReason.ANSWERED)
    if case.scope == Scope.OUT or given.get("path"):
        default = CloseReason.OUT_OF_SCOPE
    elif case.path_given:
        default = CloseReason.HELP_CARD
    reason = str(given.get("reason") or default)
    if reason not in CloseReason.values or reason == CloseReason.SELF_SOLVED:
        raise Incomplete("请选择结案原因。", fields={"reason": "可选：" + "、".join(CloseReason.values)})
    after_assist = (CloseReason.REFERRED, CloseReason.USER_STOPPED, CloseReason.CORRECTION_LAPSED)
    if case.state == "assist" and reason not in after_assist:
        raise NotAllowed("帮办阶段只能因转审查、服务对象不再继续或逾期未补正而结案。", state=case.state, needs="reason")
    return reason


def _path(case: Case, given: dict[str, Any], reason: str) -> dict[str, str]:
    if reason not in (CloseReason.OUT_OF_SCOPE, CloseReason.HELP_CARD):
        return {}
    path = given.get("path") or case.path_given or {}
    if not isinstance(path, dict):
        path = {"department": str(path)}
    path = {str(name): str(value) for name, value in path.items()}
    if problems := check_path(path):
        raise Incomplete("请给出解决问题的路径。", fields=problems)
    return path


def _class_of(given: dict[str, Any], reason: str) -> str:
    if reason == CloseReason.HELP_CARD:
        return ""
    chosen = str(given.get("out_of_scope_class") or given.get("class") or "")
    if chosen not in OutOfScope.values:
        raise Incomplete("请选择范围外类别。", fields={"out_of_scope_class": "可选：" + "、".join(OutOfScope.values)})
    return chosen


def _deliver(deed: Deed[Case], opinion: str) -> None:
    case = deed.record
    if opinion:
        message = talk.say(deed, opinion, kind=Kind.OPINION)
        deed.change(opinion_message=message.id, opinion_delivered_at=deed.at)
        return
    sent = (
        Message.objects.filter(record_id=case.id, kind=Kind.OPINION, at__gte=_round_began(case))
        .order_by("-position")
        .first()
    )
    if sent is None:
        raise NotAllowed("结案前请先向服务对象反馈处置意见。", state=case.state, needs="opinion")
    deed.change(opinion_message=sent.id, opinion_delivered_at=sent.at)


def _round_began(case: Case) -> Any:
    return Round.objects.values_list("opened_at", flat=True).get(case_id=case.id, number=case.round)


def _withdraw_requests(deed: Deed[Case]) -> None:
    for offer in Handover.objects.filter(record_id=deed.record.id, answer=Answer.OFFERED):
        handover.answer(deed, offer, Answer.WITHDRAWN)


def _end_round(deed: Deed[Case], reason: str) -> None:
    current = Round.objects.get(case_id=deed.record.id, number=deed.record.round)
    current.closed_at, current.close_reason = deed.at, reason
    deed.changed(current, "closed_at", "close_reason")


def withdraw(actor: Actor, number: str, reason: str = "") -> Case:
    """Let the user withdraw an open case."""
    with case_deed(actor, number, "withdraw", {"reason": reason}) as deed:
        _withdraw_requests(deed)
        clocks.stop_all(deed.writes, deed.record, deed.at)
        _end_round(deed, "withdrawn")
        if reason.strip():
            talk.say(deed, f"撤回原因：{reason.strip()[:500]}", kind=Kind.SYSTEM, party=Party.USER)
    return deed.record


def ask_result(number: str, actor: Actor = SYSTEM) -> Case:
    """Ask the user whether the result was obtained; the case is then followed (T637-8.5-a)."""
    with case_deed(actor, number, "_ask_result") as deed:
        talk.say(deed, ASK_RESULT, kind=Kind.SYSTEM, party=Party.SYSTEM, author=SYSTEM, data={"ask": "outcome"})
    return deed.record


def follow_up(actor: Actor, number: str, given: dict[str, Any]) -> Case:
    """Settle the outcome: obtained or unattainable closes the loop, needs_improvement opens the next round (T637-8.5)."""
    with case_deed(actor, number, "follow_up", given) as deed:
        outcome = str(given["outcome"])
        explanation, basis = str(given.get("explanation") or ""), str(given.get("basis") or "")
        if problems := check_outcome(outcome, explanation, basis):
            raise Incomplete("请补充说明。", fields=problems)
        if outcome == Outcome.UNATTAINABLE and not (actor.is_staff or actor.kind == "system"):
            raise NotAllowed("无法取得结果的，由服务专员说明原因后确认。", state=deed.record.state, needs="staff")
        deed.tell(outcome=outcome, by=actor.kind, round=deed.record.round)
        if outcome == Outcome.NEEDS_IMPROVEMENT:
            _next_round(deed, explanation)
        else:
            _close_loop(deed, outcome, explanation, basis, given)
    return deed.record


def _close_loop(deed: Deed[Case], outcome: str, explanation: str, basis: str, given: dict[str, Any]) -> None:
    actor = deed.actor
    if explanation.strip():
        basis_line = f"\n依据：{basis.strip()}" if basis.strip() else ""
        talk.say(deed, explanation.strip() + basis_line, kind=Kind.OPINION if actor.is_staff else Kind.TEXT)
    evidence = given.get("evidence")
    deed.target = "loop_closed"
    deed.change(
        outcome=outcome,
        outcome_basis=basis.strip()[:1000],
        outcome_evidence={
            "confirmed_by": actor.kind,
            "at": deed.at.isoformat(),
            "reference": str(evidence or "")[:200],
        },
        loop_closed_at=deed.at,
    )
    clocks.stop_all(deed.writes, deed.record, deed.at)


def _next_round(deed: Deed[Case], explanation: str) -> None:
    """Open the next round with the same number and first contact, offered first to the specialist who knows it."""
    case = deed.record
    deed.target = "queued"
    keeper = _keeper(case, deed)
    deed.change(
        round=case.round + 1, stage="consult", owner_id=None, opinion_message=None, opinion_delivered_at=None,
        close_reason="", closed_at=None, acceptable=None, open_points=[], path_given={}, out_of_scope_class="",
    )  # fmt: skip
    deed.insert(Round(case=case, number=case.round, opened_at=deed.at, unit_id=case.unit_id))
    handover.offer(deed, Move.QUEUE, to_unit=case.unit_id, to_duty="triage_agent", to_staff=keeper, reason="新一轮服务")
    clocks.start(deed.writes, case, "first_response", case.unit_id, deed.at)
    text = explanation.strip() or "结果还需完善，请继续为我服务。"
    talk.say(deed, text, party=None if deed.actor.kind != "system" else Party.SYSTEM)


def _keeper(case: Case, deed: Deed[Case]) -> int | None:
    for staff_id in (case.specialist_id, case.first_contact_id):
        if staff_id and any(c.on_duty and c.body_id == case.unit_id for c in colleagues(deed.at, staff_id=staff_id)):
            return staff_id
    return None
