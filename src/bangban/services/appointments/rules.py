"""The rules of booking as pure functions: periods of a day, free places, reminders, when a check-in counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bangban.foundation.clocks.calendar import WorkCalendar
from bangban.foundation.clocks.hours import NeverOpen, ServiceHours
from bangban.services.appointments.models import NETWORK

SPECIALIST_STEP = 30
"""Minutes of one period of a specialist's own roster."""

RETRIES = timedelta(hours=5)
"""Sending time kept before the last moment of a reminder, so that a failed one still goes out on another channel."""

Moments = tuple[datetime, datetime]


def stretch(day: date, starts: time, ends: time, zone: ZoneInfo) -> Moments:
    """Return a stretch of local time as moments in UTC; an end of 00:00 is the midnight that ends the day."""
    last = day + timedelta(days=1) if ends == time(0) else day
    return (
        datetime.combine(day, starts, zone).astimezone(UTC),
        datetime.combine(last, ends, zone).astimezone(UTC),
    )


def periods(planned: Moments, step_minutes: int, spans: Iterable[Moments]) -> list[Moments]:
    """Cut a planned stretch into periods; only those that lie wholly inside an opening span are bookable.

    The grid begins with the plan, so a lunch break leaves a gap and shifts nothing.
    """
    open_spans = list(spans)
    step, (start, end) = timedelta(minutes=step_minutes), planned
    found = []
    while start + step <= end:
        if any(opens <= start and start + step <= closes for opens, closes in open_spans):
            found.append((start, start + step))
        start += step
    return found


def common(first: Iterable[Moments], second: Sequence[Moments]) -> list[Moments]:
    """Return the stretches that lie in both."""
    both = [(max(a, c), min(b, d)) for a, b in first for c, d in second]
    return sorted((start, end) for start, end in both if start < end)


def is_network(channel: str) -> bool:
    """Tell whether a booking takes from the places for online booking."""
    return channel in NETWORK


def free_places(channel: str, capacity: int, taken: int, network_limit: int | None, network_taken: int) -> int:
    """Return how many places a channel may still take of a period (DB23-6.5.1)."""
    free = capacity - taken
    if is_network(channel) and network_limit is not None:
        free = min(free, network_limit - network_taken)
    return max(free, 0)


Standing = Literal["open", "full", "closed", "past"]


def standing(free: int, closed: bool, starts_at: datetime, now: datetime) -> Standing:
    """Return how a period stands for somebody who wants to book it; only one that has not begun can be booked."""
    if starts_at <= now:
        return "past"
    if closed:
        return "closed"
    return "open" if free else "full"


@dataclass(frozen=True)
class Reminder:
    """When the reminder goes out; `at_once` when it must not wait for anything, not even the morning."""

    at: datetime
    at_once: bool = False


def reminder(
    starts_at: datetime, booked_at: datetime, before: timedelta, hours: ServiceHours, calendar: WorkCalendar
) -> Reminder:
    """Return when to remind (DB23-6.5.3): at least `before` ahead of the period and in sending hours.

    It is sent so early that a failed message can still go out on another channel in time. Whoever books later than that
    moment is reminded as soon as messages may go out, or at once when that would be too late.
    """
    latest = starts_at - before
    if booked_at >= latest:
        return Reminder(booked_at, at_once=True)
    best = hours.add_open_time(latest, -RETRIES, calendar)
    if best >= booked_at:
        return Reminder(best.astimezone(UTC))
    try:
        next_sending = hours.next_opening(booked_at, calendar)
    except NeverOpen:
        return Reminder(booked_at, at_once=True)
    if next_sending < latest:
        return Reminder(next_sending.astimezone(UTC))
    return Reminder(booked_at, at_once=True)


Arrival = Literal["early", "in_time", "late"]


def arrival(now: datetime, starts_at: datetime, ends_at: datetime, early: timedelta) -> Arrival:
    """Return whether a check-in comes in its period (DB23-6.5.1.1-b); the tolerance before it is the hall's rule."""
    if now < starts_at - early:
        return "early"
    return "in_time" if now < ends_at else "late"


def paused_until(missed: Sequence[datetime], now: datetime, limit: int, within: int, pause: int) -> datetime | None:
    """Return until when a person may not book online after repeated no-shows; None when they may (DB23-6.5.4).

    `missed` are the moments at which bookings were given up, `within` and `pause` are days; a limit of 0 never pauses.
    """
    counted = sorted(moment for moment in missed if moment > now - timedelta(days=within))
    if limit <= 0 or len(counted) < limit:
        return None
    until = counted[-1] + timedelta(days=pause)
    return until if until > now else None
