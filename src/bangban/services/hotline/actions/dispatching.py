"""Giving an order to units: first, again after a return, by decision of a manager, and in a further round (GB33358-5.2.2).

Only registered undertakers get one (GB33358-4.1.4), never the unit complained about or one below it (GB33358-5.1.1.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.clocks.reads import rule_for, service_hours, work_calendar
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.handover import actions as handover
from bangban.foundation.handover.models import Answer, Handover
from bangban.foundation.handover.models import Kind as Move
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.models import Assignment, Undertaker, WorkOrder
from bangban.services.hotline.notices import tell_unit
from bangban.services.hotline.parties import BUSY, assignments_of
from bangban.services.hotline.reads.units import forbidden_for, instead_of, name_of
from bangban.services.hotline.rules_handling import LONGEST_DAYS, LONGEST_TEXT, default_days, working_days_after
from bangban.services.hotline.terms import AssignmentState, Role

HOURS = "online_human"


@dataclass(frozen=True)
class Plan:
    """Who is to handle an order, and until when; `tasks` says what one unit has to do beside the opinion for all."""

    opinion: str
    units: Sequence[int]
    lead: int | None
    days: int = 0
    due: datetime | None = None
    tasks: Mapping[int, str] = field(default_factory=dict)
    designated: bool = False
    reason: str = ""

    def given(self) -> dict[str, Any]:
        """Return what the flow asks for; without a limit the usual one of the class or unit is taken."""
        given: dict[str, Any] = {"opinion": self.opinion.strip(), "units": list(self.units), "lead": self.lead}
        return {**given, "limit": self.due or self.days or "usual", "reason": self.reason.strip()}


def dispatch(
    actor: Actor, number: str, opinion: str, units: Sequence[int], lead: int | None, days: int = 0,
    due: datetime | None = None, tasks: Mapping[int, str] | None = None,
) -> WorkOrder:  # fmt: skip
    """Hand a registered order to its units with opinion, one lead and a limit (GB33358-5.2.2.2, 5.2.2.4).

    `days` are working days; 0 without `due` means the usual limit. Raises Incomplete naming every field that is wrong.
    """
    return _give(actor, number, "dispatch", Plan(opinion, units, lead, days, due, tasks or {}))


def redispatch(
    actor: Actor, number: str, opinion: str, units: Sequence[int], lead: int | None, days: int = 0,
    due: datetime | None = None, tasks: Mapping[int, str] | None = None,
) -> WorkOrder:  # fmt: skip
    """Hand a returned order to other units; one that returned it gets it again only by `designate`."""
    return _give(actor, number, "redispatch", Plan(opinion, units, lead, days, due, tasks or {}))


def designate(
    actor: Actor, number: str, opinion: str, units: Sequence[int], lead: int | None, days: int = 0,
    due: datetime | None = None, tasks: Mapping[int, str] | None = None, reason: str = "",
) -> WorkOrder:  # fmt: skip
    """Decide a dispute: the manager names the units, and the lead may not return the order again (F3.16)."""
    return _give(actor, number, "designate", Plan(opinion, units, lead, days, due, tasks or {}, True, reason))


def _give(actor: Actor, number: str, action: str, plan: Plan) -> WorkOrder:
    with order_deed(actor, number, action, plan.given()) as deed:
        hand_out(deed, plan)
    return deed.record


def hand_out(deed: Deed[WorkOrder], plan: Plan) -> None:
    """Make the offers, clocks and notices of a dispatch in a deed that has checked who may do it."""
    order = deed.record
    agreed = _checked(deed, plan)
    assert plan.lead is not None
    due = _due(deed, plan, agreed[plan.lead])
    opinion = plan.opinion.strip()
    deed.change(
        transferred_at=order.transferred_at or deed.at, transfer_opinion=opinion, lead_unit_id=plan.lead,
        units=list(dict.fromkeys([*order.units, *plan.units])), handler_id=None, due_at=due, signed_at=None,
        replied_at=None,
    )  # fmt: skip
    for unit in dict.fromkeys(plan.units):
        _offer(deed, plan, unit, due, agreed[unit])
    _start_clocks(deed, plan, due, agreed[plan.lead])
    deed.tell(
        lead=plan.lead, lead_name=name_of(plan.lead), units=list(plan.units), due=due.isoformat(), round=order.round,
        designated=plan.designated, **({"reason": plan.reason.strip()[:500]} if plan.reason.strip() else {}),
    )  # fmt: skip


def _checked(deed: Deed[WorkOrder], plan: Plan) -> dict[int, Undertaker]:
    """Return the agreements with the units; refuses all that is wrong at once."""
    order, problems = deed.record, {}
    agreed = {one.unit_id: one for one in Undertaker.objects.filter(unit_id__in=list(plan.units), active=True)}
    if strange := [unit for unit in plan.units if unit not in agreed]:
        names = "、".join(name_of(unit) or f"编号{unit}" for unit in strange)
        problems["units"] = f"{names}还没有登记为承办单位，请选择已登记的单位，或先登记联系人、职责和时限约定。"
    if accused := forbidden_for(order) & set(plan.units):
        problems["units"] = _accused(order, accused)
    if plan.lead not in plan.units:
        problems["lead"] = "牵头单位要从承办单位中选一个。"
    if len(plan.opinion) > LONGEST_TEXT:
        problems["opinion"] = f"转办意见最多{LONGEST_TEXT}字。"
    if not 0 <= plan.days <= LONGEST_DAYS:
        problems["limit"] = f"办理时限为1到{LONGEST_DAYS}个工作日。"
    if plan.due is not None and plan.due <= deed.at:
        problems["limit"] = "办理时限要晚于现在。"
    if not plan.designated and (again := _returned_by(order) & set(plan.units)):
        names = "、".join(name_of(unit) for unit in sorted(again))
        problems.setdefault("units", f"{names}已经退回过这张工单，请改派其他单位，或由管理人员裁定。")
    if problems:
        raise Incomplete(next(iter(problems.values())), fields=problems)
    return agreed


def _accused(order: WorkOrder, accused: set[int] | frozenset[int]) -> str:
    names = "、".join(name_of(unit) for unit in sorted(accused))
    instead = "、".join(name_of(unit) for unit in instead_of(order))
    advice = f"可以转交{instead}" if instead else "请转交其上级或监督机构"
    return f"投诉举报不能转给被反映的单位、人员或其下属单位（{names}），{advice}。"


def _returned_by(order: WorkOrder) -> set[int]:
    return {
        one.unit_id
        for one in assignments_of(order)
        if one.round == order.round and one.state == AssignmentState.RETURNED
    }


def _due(deed: Deed[WorkOrder], plan: Plan, agreed: Undertaker) -> datetime:
    if plan.due is not None:
        return plan.due
    order = deed.record
    standard = rule_for("order_handle", agreed.unit_id, deed.at.date()).amount
    of_class = order.category.limit_days if order.category else None
    days = plan.days or default_days(order.kind, of_class, agreed.limit_days, standard)
    return _after(deed.at, days, agreed.unit_id)


def _after(at: datetime, days: int, unit: int) -> datetime:
    return working_days_after(at, days, work_calendar(), service_hours(HOURS, unit))


def sign_limit(at: datetime, agreed: Undertaker) -> datetime:
    """Return until when a unit has to sign: as agreed with it, in working days."""
    return _after(at, agreed.sign_days, agreed.unit_id)


def _offer(deed: Deed[WorkOrder], plan: Plan, unit: int, due: datetime, agreed: Undertaker) -> None:
    leads = unit == plan.lead
    offered = handover.offer(
        deed, Move.TRANSFER if leads else Move.TASK, to_unit=unit, to_duty="undertaker",
        expires_at=sign_limit(deed.at, agreed),
    )  # fmt: skip
    assignment = Assignment(
        order=deed.record, round=deed.record.round, unit_id=unit, role=Role.LEAD if leads else Role.ASSISTING,
        handover=offered.id, designated=plan.designated, offered_at=deed.at, due_at=due,
        task=str(plan.tasks.get(unit) or plan.opinion).strip()[:LONGEST_TEXT],
    )  # fmt: skip
    deed.insert(assignment)
    role = "牵头办理" if leads else "协办"
    tell_unit(
        deed, agreed, f"有一张工单{deed.record.number}转交你单位{role}，请在{_day(sign_limit(deed.at, agreed))}前签收，"
        f"在{_day(due)}前办结。", f"order.offer:{assignment.id}",
    )  # fmt: skip


def _day(moment: datetime) -> str:
    local = moment.astimezone(service_hours(HOURS).zone)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def _start_clocks(deed: Deed[WorkOrder], plan: Plan, due: datetime, agreed: Undertaker) -> None:
    order, lead = deed.record, agreed.unit_id
    clocks.start_until(deed.writes, order, "order_sign", lead, deed.at, sign_limit(deed.at, agreed))
    clocks.start_until(deed.writes, order, "order_handle", lead, deed.at, due)
    if len(set(plan.units)) > 1:
        days = rule_for("order_assist", lead, deed.at.date()).amount
        clocks.start_until(deed.writes, order, "order_assist", lead, deed.at, min(due, _after(deed.at, days, lead)))


def recall(deed: Deed[WorkOrder], why: AssignmentState = AssignmentState.WITHDRAWN) -> int:
    """Take back whatever units still have of an order, with open offers and wishes for more time; returns how many."""
    taken = [one for one in assignments_of(deed.record) if one.state in BUSY]
    for one in taken:
        end(deed, one, why)
    lapse_extension(deed)
    return len(taken)


def end(deed: Deed[WorkOrder], assignment: Assignment, state: AssignmentState, reason: str = "") -> None:
    """End what a unit has to do, and the offer when it is still open."""
    if offer := open_offer_of(assignment):
        how = Answer.RETURNED if state == AssignmentState.RETURNED else Answer.WITHDRAWN
        handover.answer(deed, offer, how, reason)
    assignment.state, assignment.ended_at, assignment.reason = state, deed.at, reason or assignment.reason
    deed.changed(assignment, "state", "ended_at", "reason")
    deed.topics.add(f"unit:{assignment.unit_id}")


def open_offer_of(assignment: Assignment) -> Handover | None:
    """Return the offer behind an assignment while nobody answered it."""
    if assignment.handover is None:
        return None
    return Handover.objects.filter(id=assignment.handover, answer=Answer.OFFERED).first()


def lapse_extension(deed: Deed[WorkOrder]) -> None:
    """End a wish for more time that nobody decided before the work went away."""
    wish = deed.record.extensions.filter(decision="").first()
    if wish is not None:
        wish.decision, wish.decided_at = "lapsed", deed.at
        deed.changed(wish, "decision", "decided_at")


def staff_of(actor: Actor) -> tuple[int, int]:
    """Return the ids of an acting member of staff and of his body; NotYours for anybody else."""
    if actor.staff_id is None or actor.unit_id is None:
        raise NotYours("没有找到这张工单，请核对编号。")
    return actor.staff_id, actor.unit_id


def part_of(order: WorkOrder, unit_id: int | None, role: Role) -> Assignment:
    """Return what a unit has of an order in this round; NotAllowed when it has nothing open."""
    for one in assignments_of(order):
        if one.unit_id == unit_id and one.role == role and one.round == order.round and one.state in BUSY:
            return one
    raise NotAllowed("这张工单已经不在本单位办理，请刷新查看。", state=order.state)
