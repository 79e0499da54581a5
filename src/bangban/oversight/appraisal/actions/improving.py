"""The recurring review and plans of improvement (GB33358-7.2, 7.3)."""

from __future__ import annotations

from datetime import date, datetime, time

import msgspec
from django.db import transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.calendar import add_workdays
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.clocks.zones import DEFAULT_ZONE, business_date
from bangban.foundation.flows.deed import opening
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.oversight.appraisal.actions.door import LONGEST, accounts_of, manager_of, on, one_at_a_time, tell
from bangban.oversight.appraisal.evaluating import evaluate, known_indicators, one_value
from bangban.oversight.appraisal.flow import PLAN, REVIEW
from bangban.oversight.appraisal.models import Plan, Progress, Review
from bangban.oversight.appraisal.numbers import PLANS, REVIEWS
from bangban.oversight.appraisal.rules import block
from bangban.oversight.appraisal.schemes import in_force
from bangban.oversight.appraisal.terms import Subject
from bangban.registry.org.models import Staff

REVIEW_DAYS = 10
"""Working days from the opening of a review to its date."""
EVENING = time(17, 30)
AT_ONCE = 200


def open_review(actor: Actor, center_id: int) -> Review | None:
    """Open the review of the latest complete interval with its sheet; None when it is there already."""
    manager_of(actor, center_id)
    at = now()
    first, last = block(business_date(at), in_force(center_id, Subject.ROUTINE)["review_months"])
    with transaction.atomic():
        one_at_a_time(center_id)
        if Review.objects.filter(center_id=center_id, last__gte=last).exists():
            return None
        due = add_workdays(business_date(at), REVIEW_DAYS, work_calendar())
        record = Review(
            number=REVIEWS.next(at), state="open", center_id=center_id, first=first, last=last,
            sheet=msgspec.to_builtins(evaluate(center_id, first, last, at)),
            due_at=datetime.combine(due, EVENING, tzinfo=DEFAULT_ZONE),
        )  # fmt: skip
        with opening(REVIEW, record, actor) as work:
            work.among_staff()
            text = f"{first:%Y-%m-%d}至{last:%Y-%m-%d}的改进评审已开始，请在{due.month}月{due.day}日前完成。"
            tell(work, accounts_of(center_id, "hotline_manager"), text, "opened")
    return record


def hold_review(actor: Actor, number: str, conclusion: str) -> Review:
    """End a review with its conclusion; indicators under their target need at least one plan first."""
    with on(REVIEW, Review, actor, number, "hold", {"conclusion": conclusion.strip()}) as work:
        work.change(conclusion=conclusion.strip()[:LONGEST], held_by_id=actor.staff_id, held_at=work.at)
    return work.record


def open_plan(
    actor: Actor, center_id: int, title: str, measures: str, owner: int, due_on: date | None, indicator: str,
    review: str = "",
) -> Plan:  # fmt: skip
    """Open a plan for one indicator; its value before is that of the review, or of the last complete interval."""
    manager_of(actor, center_id)
    at = now()
    source = Review.objects.filter(number=review.strip().upper(), center_id=center_id).first() if review else None
    if review and source is None:
        raise NotYours("没有找到这次评审，请核对编号。")
    staff = Staff.objects.filter(id=owner, body_id=center_id, active=True).first()
    problems = {} if title.strip() else {"title": "请填写要改进什么。"}
    problems |= {} if measures.strip() else {"measures": "请写明改进措施。"}
    problems |= {} if staff else {"owner": "请选择本热线的负责人。"}
    problems |= {} if indicator in known_indicators() else {"indicator": "请选择对应的指标。"}
    if due_on is None or due_on < business_date(at):
        problems["due_on"] = "完成日期请选今天或以后。"
    if problems:
        raise Incomplete("改进计划还不完整。", fields=problems)
    assert staff is not None and due_on is not None
    if source is not None:
        first, last = source.first, source.last
    else:
        first, last = block(business_date(at), in_force(center_id, Subject.ROUTINE)["review_months"])
    with transaction.atomic():
        record = Plan(
            number=PLANS.next(at), state="open", center_id=center_id, review=source, title=title.strip()[:100],
            measures=measures.strip()[:LONGEST], owner=staff, due_on=due_on, indicator=indicator,
            before=one_value(center_id, indicator, first, last, at),
        )  # fmt: skip
        with opening(PLAN, record, actor) as work:
            work.among_staff()
            work.tell(indicator=indicator, owner=owner)
            tell(work, [staff.account_id], f"请负责改进计划“{record.title}”，{due_on:%Y-%m-%d}前完成。", "opened")
    return record


def report_progress(actor: Actor, number: str, text: str) -> Progress:
    """Keep a report of progress."""
    with on(PLAN, Plan, actor, number, "report", {"text": text.strip()}) as work:
        assert actor.staff_id is not None
        row = Progress(
            plan=work.record,
            position=work.record.steps + 1,
            text=text.strip()[:LONGEST],
            by_id=actor.staff_id,
            at=work.at,
        )
        work.insert(row)
        work.change(steps=row.position)
    return row


def finish_plan(actor: Actor, number: str, effect: str) -> Plan:
    """End a plan with its effect in words, and the indicator since the plan was opened beside its value before."""
    with on(PLAN, Plan, actor, number, "finish", {"effect": effect.strip()}) as work:
        plan = work.record
        began, today = business_date(plan.created_at), business_date(work.at)
        work.change(
            effect=effect.strip()[:LONGEST], ended_at=work.at,
            after=one_value(plan.center_id, plan.indicator, min(began, today), today, work.at),
        )  # fmt: skip
        work.tell(indicator=plan.indicator, before=plan.before["amount"], after=(plan.after or {}).get("amount"))
    return plan


def cancel_plan(actor: Actor, number: str, reason: str) -> Plan:
    """Give up a plan with a reason."""
    with on(PLAN, Plan, actor, number, "cancel", {"reason": reason.strip()}) as work:
        work.change(effect=reason.strip()[:LONGEST], ended_at=work.at)
    return work.record


def warn_late(at: datetime) -> int:
    """Warn once about every plan and review that is past its date; returns how many."""
    plans = Plan.objects.filter(state="open", due_on__lt=business_date(at), warned_at=None).order_by("due_on")
    reviews = Review.objects.filter(state="open", due_at__lt=at, warned_at=None).order_by("due_at")
    late = list(plans.values_list("number", flat=True)[:AT_ONCE])
    for number in late:
        with on(PLAN, Plan, SYSTEM, number, "_late") as work:
            plan = work.record
            work.change(warned_at=work.at)
            told = {plan.owner.account_id, *accounts_of(plan.center_id, "hotline_manager")}
            tell(work, sorted(told), f"改进计划“{plan.title}”已过完成日期，请尽快办理。", "late")
    waiting = list(reviews.values_list("number", flat=True)[:AT_ONCE])
    for number in waiting:
        with on(REVIEW, Review, SYSTEM, number, "_late") as held:
            held.change(warned_at=held.at)
            tell(held, accounts_of(held.record.center_id, "hotline_manager"), "改进评审已过期限，请尽快完成。", "late")
    return len(late) + len(waiting)
