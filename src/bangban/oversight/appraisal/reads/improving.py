"""The evaluation sheet, reviews and plans of improvement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import NotYours, Transition
from bangban.oversight.appraisal.evaluating import Evaluation, known_indicators
from bangban.oversight.appraisal.flow import PLAN, REVIEW
from bangban.oversight.appraisal.models import EvaluationSheet, Plan, Review
from bangban.oversight.appraisal.parties import ACCEPTS, house_parties, plan_parties
from bangban.oversight.appraisal.reads.marks import mark_of
from bangban.oversight.reports.periods import containing

PAGE = 30


@dataclass(frozen=True)
class ReviewLine:
    """One review in a list."""

    number: str
    first: date
    last: date
    state: str
    state_label: str
    score: float | None
    missed: int
    due_at: datetime
    late: bool


@dataclass(frozen=True)
class PlanLine:
    """One plan in a list; `before` and `after` are per cent of its indicator."""

    number: str
    title: str
    owner: str
    due_on: date
    indicator: str
    before: str
    after: str
    state: str
    state_label: str
    late: bool


@dataclass(frozen=True)
class PlanPage:
    """One page of plans."""

    rows: tuple[PlanLine, ...]
    after: str


@dataclass(frozen=True)
class ReviewView:
    """A review with its stored sheet and its plans."""

    record: Review
    line: ReviewLine
    sheet: Evaluation
    plans: tuple[PlanLine, ...]
    held_by: str
    allowed: tuple[Transition, ...]


@dataclass(frozen=True)
class PlanView:
    """A plan with its progress, and its indicator before and after."""

    record: Plan
    line: PlanLine
    review: str
    progress: tuple[tuple[datetime, str, str], ...]
    allowed: tuple[Transition, ...]


def _house(actor: Actor) -> int:
    if (
        actor.unit_id is None
        or not may(actor, "appraisal.view")
        or ACCEPTS in actor.duties
        or "undertaker" in actor.duties
    ):
        raise NotYours("您的岗位看不到热线自评和改进计划。")
    return actor.unit_id


@dataclass(frozen=True)
class SheetOfPeriod:
    """The evaluation sheet as it was last counted; `waiting` while the job has it before it, `found` None until then."""

    first: date
    last: date
    waiting: bool
    found: Evaluation | None


def sheet(actor: Actor, period: str, day: date) -> SheetOfPeriod:
    """Return the evaluation sheet of the period that a day lies in, as the job has counted it (GB33358-7.1)."""
    span = containing(period, day)
    row = EvaluationSheet.objects.filter(center_id=_house(actor), period=period, first=span.first).first()
    if row is None:
        return SheetOfPeriod(span.first, span.last, False, None)
    found = msgspec.convert(row.sheet, Evaluation) if row.sheet else None
    return SheetOfPeriod(span.first, span.last, row.counted_at is None or row.asked_at > row.counted_at, found)


def reviews(actor: Actor, limit: int = 12) -> tuple[ReviewLine, ...]:
    """Return the latest reviews of the actor's hotline."""
    rows = Review.objects.filter(center_id=_house(actor)).order_by("-last", "-id")[:limit]
    return tuple(_review(one) for one in rows)


def one_review(actor: Actor, number: str) -> ReviewView:
    """Return one review; NotYours for strangers."""
    found = Review.objects.select_related("held_by").filter(number=number.strip().upper()).first()
    parties = house_parties(found, actor) if found else frozenset()
    if found is None or not parties:
        raise NotYours("没有找到这次评审，请核对编号。")
    return ReviewView(
        record=found,
        line=_review(found),
        sheet=_stored(found),
        plans=tuple(_plan(one) for one in found.plans.select_related("owner").order_by("id")),
        held_by=found.held_by.name if found.held_by else "",
        allowed=tuple(REVIEW.allowed(found, parties)),
    )


def plan_page(actor: Actor, after: str = "", limit: int = PAGE) -> PlanPage:
    """Return the plans of the actor's hotline, the newest first; an agent sees those that he owns."""
    mark = mark_of(after)
    own = actor.staff_id if ACCEPTS in actor.duties else None
    rows = Plan.objects.filter(owner_id=own) if own else Plan.objects.filter(center_id=_house(actor))
    rows = rows.select_related("owner").order_by("-id")
    found = list((rows.filter(id__lt=mark) if mark else rows)[: limit + 1])
    return PlanPage(tuple(_plan(one) for one in found[:limit]), str(found[limit - 1].id) if len(found) > limit else "")


def one_plan(actor: Actor, number: str) -> PlanView:
    """Return one plan; NotYours for strangers."""
    found = Plan.objects.select_related("owner", "review").filter(number=number.strip().upper()).first()
    parties = plan_parties(found, actor) if found else frozenset()
    if found is None or not parties:
        raise NotYours("没有找到这项改进计划，请核对编号。")
    steps = found.progress.select_related("by").order_by("position")
    return PlanView(
        record=found,
        line=_plan(found),
        review=found.review.number if found.review else "",
        progress=tuple((one.at, one.by.name, one.text) for one in steps),
        allowed=tuple(PLAN.allowed(found, parties)),
    )


def _stored(record: Review) -> Evaluation:
    return msgspec.convert(record.sheet, Evaluation, strict=False)


def _review(record: Review) -> ReviewLine:
    stored = _stored(record)
    return ReviewLine(
        record.number, record.first, record.last, record.state, REVIEW.states[record.state], stored.score,
        len(stored.missed()), record.due_at, record.state == "open" and record.due_at < now(),
    )  # fmt: skip


def _plan(record: Plan) -> PlanLine:
    return PlanLine(
        record.number, record.title, record.owner.name, record.due_on, known_indicators().get(record.indicator, ""),
        percent(record.before["amount"]), percent(record.after["amount"]) if record.after else "", record.state,
        PLAN.states[record.state], record.state == "open" and record.due_on < business_date(now()),
    )  # fmt: skip


def percent(amount: float | None) -> str:
    """Return a share in words."""
    return "无数据" if amount is None else f"{amount:.2f}%"
