"""Starting, pausing, continuing and stopping clocks as part of a deed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, cast

from bangban.foundation.clocks import rules
from bangban.foundation.clocks.limits import Lead, Pause, Unit
from bangban.foundation.clocks.models import Clock, ClockPause, ClockRule, ClockState
from bangban.foundation.clocks.reads import limit_of, rule_for, service_hours, work_calendar
from bangban.foundation.ledger.models import Record
from bangban.foundation.ledger.writes import Writes

if TYPE_CHECKING:
    from bangban.foundation.flows.flow import ClockEffect

PROVISIONAL = "provisional"
AGREED = "agreed"


def start(writes: Writes, record: Record, code: str, unit_id: int | None, at: datetime) -> Clock:
    """Start the clock of a rule on a record; the database refuses a second running one."""
    rule = rule_for(code, unit_id, at.date())
    clock = Clock(
        record_type=record.record_type,
        record_id=record.id,
        rule=rule,
        code=code,
        unit_id=unit_id,
        started_at=at,
    )
    set_due(clock, rule, at, [])
    writes.insert(clock)
    return clock


def start_until(writes: Writes, record: Record, code: str, unit_id: int | None, at: datetime, due: datetime) -> Clock:
    """Start a clock whose end was agreed on (DB23-6.4.1-c) instead of counted; neither calendar nor pause moves it."""
    clock = start(writes, record, code, unit_id, at)
    clock.due_at, clock.calendar_version = due, AGREED
    clock.warn_at = _warn_at(clock.rule, due, unit_id)
    return clock


def set_due(clock: Clock, rule: ClockRule, now: datetime, pauses: list[Pause]) -> None:
    """Compute the one stored due time from the rule, the calendar and the pauses.

    When the count reaches a year that nobody announced, the result is marked provisional in `calendar_version`, shown
    on the health page, and computed again as soon as the year is imported.
    """
    limit, calendar, hours = limit_of(rule), work_calendar(), service_hours(rule.hours_kind, clock.unit_id)
    clock.due_at = rules.due_at(limit, clock.started_at, calendar, hours, pauses, now=now)
    clock.warn_at = _warn_at(rule, clock.due_at, clock.unit_id)
    guessed = rules.is_provisional(limit, clock.started_at, clock.due_at, calendar, hours)
    clock.calendar_version = PROVISIONAL if guessed else calendar.version


def _warn_at(rule: ClockRule, due: datetime, unit_id: int | None) -> datetime:
    if not rule.warn_amount:
        return due
    lead = Lead(rule.warn_amount, cast(Unit, rule.warn_unit))
    return rules.warn_at(limit_of(rule), due, lead, work_calendar(), service_hours(rule.hours_kind, unit_id))


def stop(writes: Writes, record: Record, code: str, at: datetime) -> Clock | None:
    """Stop a running clock of a record and judge it; None when it does not run."""
    clock = _open_clock(record, code)
    if clock is None:
        return None
    clock.state, clock.stopped_at = ClockState.STOPPED, max(at, clock.started_at)
    if clock.due_at < at and clock.breached_at is None:
        clock.breached_at = clock.due_at
    writes.update(clock, ["state", "stopped_at", "breached_at"])
    return clock


def pause(writes: Writes, record: Record, code: str, kind: str, reason: str, at: datetime) -> None:
    """Pause a running clock; ValueError when the rule knows no such pause."""
    clock = _open_clock(record, code)
    if clock is None or clock.state != ClockState.RUNNING:
        return
    if kind not in clock.rule.pause_kinds:
        raise ValueError(f"Rule {code} cannot be paused for {kind}.")
    clock.state = ClockState.PAUSED
    writes.update(clock, ["state"])
    writes.insert(ClockPause(clock=clock, kind=kind, reason=reason, began_at=at))


def resume(writes: Writes, record: Record, code: str, at: datetime) -> None:
    """Let a paused clock run again and move its due time."""
    clock = _open_clock(record, code)
    if clock is None or clock.state != ClockState.PAUSED:
        return
    stored = list(clock.pauses.order_by("began_at"))
    for row in stored:
        if row.ended_at is None:
            row.ended_at = at
            writes.update(row, ["ended_at"])
    clock.state = ClockState.RUNNING
    if clock.calendar_version != AGREED:
        set_due(clock, clock.rule, at, [Pause(row.kind, row.began_at, row.ended_at) for row in stored])
    writes.update(clock, ["state", "due_at", "warn_at", "calendar_version"])


def renew(writes: Writes, record: Record, code: str, at: datetime) -> None:
    """Let a clock that measures silence begin anew: in the same row, or in a new one when it had run out."""
    clock = _open_clock(record, code)
    if clock is None:
        return
    if clock.due_at < at:
        stop(writes, record, code, at)
        start(writes, record, code, clock.unit_id, at)
        return
    clock.started_at, clock.warned_at = at, None
    set_due(clock, clock.rule, at, [])
    writes.update(clock, ["started_at", "warned_at", "due_at", "warn_at", "calendar_version"])


def _open_clock(record: Record, code: str) -> Clock | None:
    return (
        Clock.objects.select_for_update(of=("self",))
        .filter(record_id=record.id, code=code)
        .exclude(state=ClockState.STOPPED)
        .select_related("rule")
        .first()
    )


def apply_effects(
    writes: Writes, record: Record, effects: Iterable[ClockEffect], unit_id: int | None, at: datetime
) -> None:
    """Do what a line of a flow says about clocks."""
    for effect in effects:
        if effect.word in ("stop", "restart"):
            stop(writes, record, effect.rule, at)
        if effect.word in ("start", "restart"):
            start(writes, record, effect.rule, unit_id, at)
        elif effect.word == "pause":
            pause(writes, record, effect.rule, "supplement", "", at)
        elif effect.word == "resume":
            resume(writes, record, effect.rule, at)


def stop_all(writes: Writes, record: Record, at: datetime, *, keep: Iterable[str] = ()) -> None:
    """Stop every running clock of a finished record, but for those named."""
    codes = Clock.objects.filter(record_id=record.id).exclude(state=ClockState.STOPPED).values_list("code", flat=True)
    for code in set(codes) - set(keep):
        stop(writes, record, code, at)


def recompute_provisional(now: datetime) -> int:
    """Count again every running clock whose due time rested on guessed days; returns how many moved (F7.16)."""
    moved = 0
    rows = Clock.objects.filter(calendar_version=PROVISIONAL, state=ClockState.RUNNING).select_related("rule")
    for clock in rows.prefetch_related("pauses"):
        before = clock.due_at
        set_due(clock, clock.rule, now, [Pause(p.kind, p.began_at, p.ended_at) for p in clock.pauses.all()])
        clock.save(update_fields=["due_at", "warn_at", "calendar_version"])
        moved += clock.due_at != before
    return moved
