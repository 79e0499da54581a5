"""Rules, calendars and clocks as plain objects; rules and calendars are kept in memory for a minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as time_of_day
from typing import Any, TypeVar, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from bangban.foundation.clocks.calendar import AnnouncedCalendar, WorkCalendar
from bangban.foundation.clocks.hours import ServiceHours, Span
from bangban.foundation.clocks.limits import Limit, Resume, Unit
from bangban.foundation.clocks.models import CalendarDay, Clock, ClockRule, Hours
from bangban.foundation.clocks.rules import light

T = TypeVar("T")
KEEP_SECONDS = 60
_kept: dict[tuple[Any, ...], tuple[float, Any]] = {}


def _keep(key: tuple[Any, ...], make: Callable[[], T]) -> T:
    """Remember reference data for a minute; `forget` drops it after an edit in this process."""
    known = _kept.get(key)
    if known and known[0] > time.monotonic():
        return known[1]  # type: ignore[no-any-return]
    value = make()
    _kept[key] = (time.monotonic() + KEEP_SECONDS, value)
    return value


def forget() -> None:
    """Drop remembered rules and calendars."""
    _kept.clear()


def work_calendar() -> WorkCalendar:
    """Return the calendar of announced days with the installation's imported ones.

    Days of a year that nobody announced follow the week and are reported as provisional, so that a case can still be
    opened in December; `clocks.actions.set_due` marks what rests on them.
    """

    def load() -> AnnouncedCalendar:
        days = dict(CalendarDay.objects.values_list("day", "is_workday"))
        return AnnouncedCalendar(days, {day.year for day in days}, provisional=True)

    return _keep(("calendar",), load)


def service_hours(kind: str, unit_id: int | None = None) -> ServiceHours:
    """Return the hours of a unit, or the default of the kind; LookupError when the kind is unknown."""

    def load() -> ServiceHours:
        rows = Hours.objects.filter(kind=kind, unit_id__in=[unit_id] if unit_id else []) or Hours.objects.filter(
            kind=kind, unit_id=None
        )
        for row in rows:
            return hours_from(row)
        raise LookupError(f"No service hours of kind {kind!r} are defined.")

    return _keep(("hours", kind, unit_id), load)


def hours_from(row: Hours) -> ServiceHours:
    """Translate a stored row into the pure object."""
    return ServiceHours(
        zone=ZoneInfo(row.zone),
        weekly={int(day): _spans(spans) for day, spans in row.weekly.items()},
        workday_spans=_spans(row.workday_spans),
        workdays_only=row.workdays_only,
        exceptions={date.fromisoformat(day): _spans(spans) for day, spans in row.exceptions.items()},
    )


def _spans(pairs: Iterable[Iterable[str]]) -> tuple[Span, ...]:
    return tuple(Span(time_of_day.fromisoformat(start), time_of_day.fromisoformat(end)) for start, end in pairs)


def rule_for(code: str, unit_id: int | None, day: date) -> ClockRule:
    """Return the rule valid on a day: the unit's own before the default; LookupError when there is none."""

    def load() -> list[ClockRule]:
        return list(ClockRule.objects.filter(code=code).order_by("-valid_from"))

    rules = [
        rule
        for rule in _keep(("rules", code), load)
        if rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)
    ]
    for wanted in (unit_id, None):
        for rule in rules:
            if rule.unit_id == wanted:
                return rule
    raise LookupError(f"No clock rule {code!r} is valid on {day}.")


def label_of_rule(code: str) -> str:
    """Return the Chinese name of a limit; its code when no rule has it any more."""

    def load() -> str:
        return ClockRule.objects.filter(code=code).values_list("label", flat=True).first() or code

    return _keep(("label", code), load)


def limit_of(rule: ClockRule) -> Limit:
    """Translate a rule into the pure limit."""
    return Limit(
        amount=rule.amount,
        unit=cast(Unit, rule.unit),
        roll=rule.roll,
        service_time=rule.service_time,
        end_of_day=None,
        resume=cast(Resume, rule.resume),
    )


@dataclass(frozen=True)
class ClockView:
    """A clock as pages and the API show it."""

    rule: str
    label: str
    clause: str
    state: str
    light: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    breached: bool


def clocks_of(record_ids: Iterable[UUID], now: datetime) -> dict[UUID, list[ClockView]]:
    """Return the clocks of several records in one query, the running ones first."""
    found: dict[UUID, list[ClockView]] = {}
    rows = Clock.objects.filter(record_id__in=list(record_ids)).select_related("rule").order_by("stopped_at", "due_at")
    for row in sorted(rows, key=lambda clock: (clock.state == "stopped", clock.due_at)):
        found.setdefault(row.record_id, []).append(view_of(row, now))
    return found


def view_of(row: Clock, now: datetime) -> ClockView:
    """Judge one clock at one moment."""
    late = bool(row.breached_at) or row.due_at < (row.stopped_at or now)
    colour = "red" if late else "green" if row.state == "stopped" else light(now, row.due_at, row.warn_at)
    return ClockView(
        row.code,
        row.rule.label,
        row.rule.clause,
        row.state,
        colour,
        row.started_at,
        row.due_at,
        row.stopped_at,
        late,
    )
