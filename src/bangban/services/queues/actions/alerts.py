"""Crowd alerts: raised and ended by the house, handled by the hall manager (DB23-6.3.2-f)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import Deed, deed, opening
from bangban.foundation.flows.flow import FlowError
from bangban.registry.halls.reads import Hall, hall
from bangban.services.queues.actions.measures import carry_out
from bangban.services.queues.actions.notices import tell_managers
from bangban.services.queues.flow_alerts import ALERT_FLOW
from bangban.services.queues.models import CrowdAlert
from bangban.services.queues.numbers import ALERTS
from bangban.services.queues.reads.alerts import Crowding, crowding
from bangban.services.queues.reads.waiting import Line, line_of
from bangban.services.queues.rules import CALM_FOR


@contextmanager
def alert_deed(
    actor: Actor, number: str, action: str, given: Mapping[str, Any] | None = None
) -> Iterator[Deed[CrowdAlert]]:
    """Do one action on one alert."""

    def lock() -> CrowdAlert | None:
        return CrowdAlert.objects.select_for_update(of=("self",)).filter(number=number).first()

    with deed(ALERT_FLOW, lock, action, actor, given) as work:
        yield work


def watch_hall(body_id: int) -> int:
    """Raise, calm and end the alerts of a hall as its classes stand now; returns how many changed."""
    plan, at = hall(body_id), now()
    if plan is None:
        return 0
    line = line_of(plan, plan.day_of(at), at)
    crowded = {klass_id for _, klass_id, _, _ in line.tickets}
    standing = {row.klass_id: row for row in CrowdAlert.objects.filter(body_id=body_id).exclude(state="over")}
    changed = 0
    for klass in plan.classes.values():
        if klass.id in crowded or klass.id in standing:
            changed += _weigh(plan, crowding(plan, klass, line, at), standing.get(klass.id), at)
    for klass_id, row in standing.items():
        changed += _end(row, at) if klass_id not in plan.classes else 0
    return changed


def watch_class(body_id: int, klass_id: int) -> int:
    """Do the same for one class only, after a ticket was issued in it."""
    plan, at = hall(body_id), now()
    if plan is None or klass_id not in plan.classes:
        return 0
    line: Line = line_of(plan, plan.day_of(at), at)
    standing = CrowdAlert.objects.filter(klass_id=klass_id).exclude(state="over").first()
    return _weigh(plan, crowding(plan, plan.classes[klass_id], line, at), standing, at)


def _weigh(plan: Hall, found: Crowding, standing: CrowdAlert | None, at: datetime) -> int:
    if standing is None:
        return _raise(plan, found, at) if found.reason else 0
    if found.reason:
        return _note(standing, "_again", None) if standing.calm_since else 0
    if standing.calm_since is None:
        return _note(standing, "_calm", at)
    return _end(standing, at) if at - standing.calm_since >= CALM_FOR else 0


def _raise(plan: Hall, found: Crowding, at: datetime) -> int:
    alert = CrowdAlert(
        number=ALERTS.next(at),
        state="raised",
        body_id=plan.body_id,
        business_date=plan.day_of(at),
        klass_id=found.klass.id,
        reason=found.reason,
        waiting=found.waiting,
        expected_seconds=found.expected_seconds,
        raised_at=at,
    )
    try:
        with transaction.atomic(), opening(ALERT_FLOW, alert, SYSTEM) as work:
            work.among_staff()
            work.tell(
                klass_id=found.klass.id, klass=found.klass.name, reason=found.reason, waiting=found.waiting,
                expected=found.expected_seconds,
            )  # fmt: skip
            tell_managers(work, found)
    except IntegrityError:
        # Another worker has raised it at this very moment.
        return 0
    return 1


def _note(alert: CrowdAlert, action: str, calm_since: datetime | None) -> int:
    return _quietly(alert, action, calm_since=calm_since)


def _end(alert: CrowdAlert, at: datetime) -> int:
    return _quietly(alert, "_over", over_at=at)


def _quietly(alert: CrowdAlert, action: str, **values: Any) -> int:
    try:
        with alert_deed(SYSTEM, alert.number, action) as work:
            work.change(**values)
            work.tell(klass_id=work.record.klass_id)
    except FlowError:
        # It was ended meanwhile.
        return 0
    return 1


def take_measure(
    actor: Actor,
    number: str,
    measure: str,
    note: str = "",
    *,
    session: str = "",
    window_id: int | None = None,
    staff_id: int | None = None,
    class_id: int | None = None,
    count: int = 0,
) -> CrowdAlert:
    """Record what is done about a crowd, and do it where the house can (see rules.MEASURES).

    `serve` lets the window of `session` take the class too; `move` sends the last `count` people on to `class_id`;
    `open_window` asks `staff_id` to open `window_id`. Raises Incomplete for what the measure lacks, NotYours and
    NotAllowed as usual; then nothing of it is done.
    """
    given = {"measure": measure, "note": note.strip()}
    with alert_deed(actor, number, "take_measure", given) as work:
        done = carry_out(
            work, measure, note.strip(), session=session, window_id=window_id, staff_id=staff_id, class_id=class_id,
            count=count,
        )  # fmt: skip
        kept = {
            "at": work.at.isoformat(),
            "by": actor.public_name,
            "measure": measure,
            "note": note.strip()[:500],
            **done,
        }
        work.change(measures=[*work.record.measures, kept])
        if work.record.handled_at is None:
            work.change(handled_at=work.at, handled_by_id=actor.staff_id)
        work.tell(measure=measure, klass_id=work.record.klass_id, **done)
    return work.record
