"""Crowd alerts: which class is too full, what can be done about it, and what was done (DB23-6.3.2-f)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import NotYours
from bangban.registry.halls.reads import ClassView, Hall, hall, is_open
from bangban.services.queues.flow_alerts import ALERT_FLOW, parties_of
from bangban.services.queues.models import AlertReason, CrowdAlert, Ticket
from bangban.services.queues.reads.options import Option, options_for
from bangban.services.queues.reads.waiting import Line, line_of
from bangban.services.queues.rules import MEASURES

OFFERED = ("book", "online")
NO_WINDOW_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class Crowding:
    """A class now: people waiting, seconds that one who came now would wait, and which threshold is passed ("" none)."""

    klass: ClassView
    waiting: int
    expected_seconds: int | None
    reason: str


def crowding(plan: Hall, klass: ClassView, line: Line, at: datetime) -> Crowding:
    """Weigh a class against its thresholds; the pauses of the hall are no crowd and do not count."""
    waiting = [ticket_id for ticket_id, klass_id, _, _ in line.tickets if klass_id == klass.id]
    expected = line.without_pauses.newcomer(klass.id).seconds
    reason = ""
    if len(waiting) >= klass.crowd_threshold:
        reason = AlertReason.CROWD.value
    elif waiting and expected is not None and expected >= klass.wait_threshold * 60:
        reason = AlertReason.SLOW.value
    elif (
        waiting and expected is None and is_open(plan.body_id, at) and _waits_since(waiting, at) <= at - NO_WINDOW_AFTER
    ):
        reason = AlertReason.NO_WINDOW.value
    return Crowding(klass, len(waiting), expected, reason)


def _waits_since(ticket_ids: list[UUID], at: datetime) -> datetime:
    """Return when the first of them came; the place in the order may be earlier than that."""
    came = Ticket.objects.filter(id__in=ticket_ids, state="waiting").order_by("queued_at")
    return came.values_list("queued_at", flat=True).first() or at


@dataclass(frozen=True)
class MeasureView:
    """One measure that was taken."""

    at: datetime
    by: str
    measure: str
    label: str
    note: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class AlertView:
    """One alert; `options` (only while it is open) are what can be done now, `allowed` what this actor may do."""

    number: str
    state: str
    state_label: str
    body_id: int
    klass_id: int
    klass: str
    reason: str
    reason_label: str
    waiting: int
    expected_seconds: int | None
    waiting_now: int
    expected_now: int | None
    raised_at: datetime
    handled_at: datetime | None
    over_at: datetime | None
    response_seconds: int | None
    measures: tuple[MeasureView, ...]
    options: tuple[Option, ...]
    allowed: tuple[str, ...]


def alerts(actor: Actor, body_id: int, *, before: str = "", at_most: int = 20) -> list[AlertView]:
    """Return the alerts of a hall, open ones first, then the latest; `before` is the number of the last one seen.

    Raises NotYours for who does not work in this hall.
    """
    rows = CrowdAlert.objects.filter(body_id=body_id).order_by("-raised_at", "-id")
    if not parties_of(CrowdAlert(body_id=body_id), actor):
        raise NotYours("您不在这个大厅工作，不能查看疏导预警。")
    if last := CrowdAlert.objects.filter(body_id=body_id, number=before).first() if before else None:
        past = rows.filter(state="over", raised_at__lte=last.raised_at).exclude(id=last.id)
        return [_view(row, actor, None) for row in past[:at_most]]
    plan = hall(body_id)
    open_ones = list(rows.exclude(state="over"))
    line = line_of(plan, plan.day_of(now()), now()) if plan and open_ones else None
    return [_view(row, actor, line) for row in (*open_ones, *rows.filter(state="over")[:at_most])]


def alert(actor: Actor, number: str) -> AlertView:
    """Return one alert with what can be done; NotYours for strangers."""
    row = get_alert(actor, number)
    plan = hall(row.body_id)
    return _view(row, actor, line_of(plan, plan.day_of(now()), now()) if plan and row.state != "over" else None)


def get_alert(actor: Actor, number: str) -> CrowdAlert:
    """Return an alert that exists for this actor; NotYours otherwise."""
    row = CrowdAlert.objects.filter(number=number).first()
    if row is None or not parties_of(row, actor):
        raise NotYours("没有找到这条疏导预警，请核对。")
    return row


def advice(klass_id: int) -> tuple[str, ...]:
    """Return what people who wait in a class are offered instead now: "book", "online" (for phone page and boards)."""
    measures = CrowdAlert.objects.filter(klass_id=klass_id).exclude(state="over").values_list("measures", flat=True)
    chosen = {one["measure"] for rows in measures for one in rows}
    return tuple(measure for measure in OFFERED if measure in chosen)


def _view(row: CrowdAlert, actor: Actor, line: Line | None) -> AlertView:
    plan = hall(row.body_id)
    klass = plan.classes.get(row.klass_id) if plan else None
    live = crowding(plan, klass, line, line.at) if plan and klass and line else None
    return AlertView(
        number=row.number,
        state=row.state,
        state_label=ALERT_FLOW.states[row.state],
        body_id=row.body_id,
        klass_id=row.klass_id,
        klass=klass.name if klass else "",
        reason=row.reason,
        reason_label=AlertReason(row.reason).label,
        waiting=row.waiting,
        expected_seconds=row.expected_seconds,
        waiting_now=live.waiting if live else 0,
        expected_now=live.expected_seconds if live else None,
        raised_at=row.raised_at,
        handled_at=row.handled_at,
        over_at=row.over_at,
        response_seconds=round((row.handled_at - row.raised_at).total_seconds()) if row.handled_at else None,
        measures=tuple(_measure(one) for one in row.measures),
        options=options_for(plan, klass, line) if plan and klass and line else (),
        allowed=tuple(step.action for step in ALERT_FLOW.allowed(row, parties_of(row, actor))),
    )


def _measure(one: Mapping[str, Any]) -> MeasureView:
    known = ("at", "by", "measure", "note")
    return MeasureView(
        datetime.fromisoformat(one["at"]), one["by"], one["measure"], MEASURES[one["measure"]], one["note"],
        {name: value for name, value in one.items() if name not in known},
    )  # fmt: skip
