"""Samplings, their worklist, one call with its score sheet, means per agent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Avg, Count

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours
from bangban.oversight.appraisal.flow import SAMPLING
from bangban.oversight.appraisal.models import Check, Sampling
from bangban.oversight.appraisal.parties import house_parties, inspects, manages
from bangban.oversight.appraisal.reads.marks import mark_of
from bangban.oversight.appraisal.terms import CRITERIA, FULL_MARK
from bangban.services.telephony.reads import recordings_of_record
from bangban.services.telephony.views import RecordingView

PAGE = 50


@dataclass(frozen=True)
class SamplingLine:
    """One draw in a list."""

    number: str
    first: date
    last: date
    per_agent: int
    size: int
    left: int
    seed: str
    state: str
    state_label: str


@dataclass(frozen=True)
class CheckLine:
    """One drawn call in the worklist; `percent` of the full mark once scored."""

    id: UUID
    order_number: str
    agent: str
    at: datetime
    inspector: str
    percent: float | None
    set_aside: str
    own: bool


@dataclass(frozen=True)
class CheckPage:
    """One page of a worklist."""

    line: SamplingLine
    rows: tuple[CheckLine, ...]
    after: str
    may_score: bool


@dataclass(frozen=True)
class CheckView:
    """One call before its inspector: what the order says, and the recordings to compare it with."""

    line: CheckLine
    number: str
    title: str
    matter: tuple[tuple[str, str], ...]
    confirmed: bool | None
    recordings: tuple[RecordingView, ...]
    scores: tuple[tuple[str, str, int | None], ...]
    note: str
    may_score: bool


@dataclass(frozen=True)
class AgentMean:
    """The means of one agent over his scored calls, 1 to 5, and of the whole in per cent."""

    staff_id: int
    name: str
    calls: int
    accuracy: float
    phrases: float
    speed: float
    attitude: float

    @property
    def percent(self) -> float:
        """Return the mean of the four in per cent of the full mark."""
        return (self.accuracy + self.phrases + self.speed + self.attitude) / 4 * 100 / FULL_MARK


def samplings(actor: Actor, limit: int = 24) -> tuple[SamplingLine, ...]:
    """Return the latest draws of the actor's hotline; NotYours for agents and strangers."""
    if actor.unit_id is None or not (inspects(actor, actor.unit_id) or manages(actor, actor.unit_id)):
        raise NotYours("您的岗位看不到质检抽查。")
    rows = Sampling.objects.filter(center_id=actor.unit_id).order_by("-created_at", "-id")[:limit]
    return tuple(_line(one) for one in rows)


def one_sampling(actor: Actor, number: str) -> Sampling:
    """Return a draw; NotYours for everybody but inspectors and managers of its hotline."""
    found = Sampling.objects.filter(number=number.strip().upper()).first()
    if found is None or not house_parties(found, actor) & {"inspector", "manager"}:
        raise NotYours("没有找到这次质检抽查，请核对编号。")
    return found


def check_page(actor: Actor, number: str, after: str = "", limit: int = PAGE) -> CheckPage:
    """Return a worklist: what is to be scored first, then what is done."""
    record = one_sampling(actor, number)
    mark = mark_of(after)
    rows = record.checks.select_related("order", "agent", "inspector").order_by("id")
    found = list((rows.filter(id__gt=mark) if mark else rows)[: limit + 1])
    return CheckPage(
        _line(record), tuple(_check(one, actor) for one in found[:limit]),
        str(found[limit - 1].id) if len(found) > limit else "", inspects(actor, record.center_id) and record.state == "open",
    )  # fmt: skip


def one_check(actor: Actor, number: str, check_id: str) -> CheckView:
    """Return one drawn call with the words of the order; who asked is not shown."""
    record = one_sampling(actor, number)
    wanted = mark_of(check_id)
    rows = record.checks.select_related("order", "agent", "inspector")
    found = rows.filter(id=wanted).first() if wanted else None
    if found is None:
        raise NotYours("没有找到这件样本，请刷新页面后再试。")
    order, line = found.order, _check(found, actor)
    parts = (
        ("发生时间", order.happened), ("发生地点", order.place), ("经过", order.course), ("现状", order.present_state),
        ("诉求", order.request), ("答复", order.result_text),
    )  # fmt: skip
    return CheckView(
        line=line,
        number=record.number,
        title=order.title,
        matter=tuple((label, text) for label, text in parts if text),
        confirmed=order.summary_confirmed,
        recordings=tuple(recordings_of_record(order.number)),
        scores=tuple((name, label, getattr(found, name)) for name, label in CRITERIA.items()),
        note=found.note,
        may_score=inspects(actor, record.center_id) and found.done_at is None and not line.own,
    )


def averages(actor: Actor, number: str) -> tuple[AgentMean, ...]:
    """Return the means of each agent in one draw, calls set aside left out."""
    record = one_sampling(actor, number)
    rows = (
        record.checks.filter(done_at__isnull=False, set_aside="")
        .values_list("agent_id", "agent__name")
        .annotate(Count("id"), Avg("accuracy"), Avg("phrases"), Avg("speed"), Avg("attitude"))
        .order_by("agent_id")
    )
    return tuple(AgentMean(agent, name, calls, *(float(mean) for mean in means)) for agent, name, calls, *means in rows)


def _line(record: Sampling) -> SamplingLine:
    return SamplingLine(
        record.number, record.first, record.last, record.per_agent, record.size, record.left, record.seed, record.state,
        SAMPLING.states[record.state],
    )  # fmt: skip


def _check(row: Check, actor: Actor) -> CheckLine:
    scored = row.done_at is not None and not row.set_aside
    total = sum(getattr(row, name) or 0 for name in CRITERIA)
    return CheckLine(
        row.id, row.order.number, row.agent.name, row.order.received_at, row.inspector.name if row.inspector else "",
        100 * total / (FULL_MARK * len(CRITERIA)) if scored else None, row.set_aside, row.agent_id == actor.staff_id,
    )  # fmt: skip
