"""When a limit is due, what is left of it, when to warn: pure functions of calendar, hours and pauses.

One walk serves every unit: an anchor (start or last resume) and what is left from there, counted in the limit's
own grain: working days, calendar days, or elapsed time. A pause takes off what was spent before it and moves the
anchor to its end, so the remainder before and after a pause is equal (DB23-7.4.2-a). The day of the anchor is
never counted (F7.09). A pause that begins after the due time changes nothing: a breach stays a breach.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from bangban.foundation.clocks import wording
from bangban.foundation.clocks.calendar import (
    ONE_DAY,
    WorkCalendar,
    add_workdays,
    count_workdays,
    next_workday,
    roll_back,
    roll_forward,
)
from bangban.foundation.clocks.calendar import is_provisional as days_are_provisional
from bangban.foundation.clocks.hours import MIDNIGHT, ServiceHours
from bangban.foundation.clocks.limits import Lead, Limit, Measure, Pause, Resume, Unit, counts_days, length_of
from bangban.foundation.clocks.zones import business_date, in_utc

__all__ = [
    "Lead",
    "Light",
    "Limit",
    "Pause",
    "Remaining",
    "Resume",
    "Unit",
    "due_at",
    "is_provisional",
    "light",
    "remaining",
    "warn_at",
]

Light = Literal["green", "yellow", "red"]

LAST_SECOND = time(23, 59, 59)
_NOTHING = timedelta(0)


@dataclass(frozen=True)
class Remaining:
    """What is left of a limit at one moment; negative numbers are overdue.

    `days` counts the limit's own days (None for hours, minutes, seconds). `seconds` is elapsed time until the due
    time, or service time when the limit counts only that. While `paused` the limit's own measure stands still:
    `due` is that of resuming now. `provisional` results rest on a year nobody has announced; `text_zh` says so.
    """

    due: datetime
    days: int | None
    seconds: float
    overdue: bool
    paused: bool
    provisional: bool
    text_zh: str


def due_at(
    limit: Limit,
    started: datetime,
    calendar: WorkCalendar,
    hours: ServiceHours,
    pauses: Iterable[Pause] = (),
    now: datetime | None = None,
) -> datetime:
    """The moment until which the limit is kept, in the zone of `hours`.

    An open pause counts as resumed at `now` (ValueError without it). Raises ValueError for naive moments,
    CalendarMissing when the count reaches a year that nobody announced.
    """
    return _walk(limit, started, calendar, hours, _in_order(pauses, now))[0]


def remaining(
    limit: Limit,
    started: datetime,
    now: datetime,
    calendar: WorkCalendar,
    hours: ServiceHours,
    pauses: Iterable[Pause] = (),
) -> Remaining:
    """What is left of the limit at `now`, with its Chinese text (还剩2个工作日, 今天到期, 已超时3小时)."""
    present = in_utc(now)
    every = tuple(pauses)
    # A pause that is planned to end later still stands at `now`: its rest must not count down meanwhile.
    begun = tuple(_as_known(pause, present) for pause in every if in_utc(pause.start) <= present)
    due, left = _walk(limit, started, calendar, hours, _in_order(begun, present))
    overdue = present > due
    paused = not overdue and any(pause.end is None for pause in begun)
    seconds = (in_utc(due) - present).total_seconds()
    if limit.service_time and not counts_days(limit):
        seconds = hours.open_seconds_between(present, due, calendar)
    days = _days_until(limit, present, due, calendar, hours)
    if paused and limit.unit == "working_day":
        # Resumed on a rest day, the last day would seem to be one more; what is kept is the rest itself.
        days = left.days
    if every != begun:
        due = _walk(limit, started, calendar, hours, _in_order(every, present))[0]
    provisional = is_provisional(limit, started, due, calendar, hours)
    text = wording.left_of(limit, days, seconds, overdue=overdue, paused=paused)
    return Remaining(due, days, seconds, overdue, paused, provisional, f"{text}（暂定）" if provisional else text)


def warn_at(limit: Limit, due: datetime, warn_before: Measure, calendar: WorkCalendar, hours: ServiceHours) -> datetime:
    """The moment from which the limit is near its end: `warn_before` ahead of `due`, never after it.

    A lead in days begins when service opens on that day (00:00 when it does not), so that nobody is reminded at
    midnight; with `roll` a lead that falls on a rest day moves to the working day before. A lead in time counts
    service time when the limit does.
    """
    if counts_days(warn_before):
        day = _lead_day(limit, business_date(due, hours.zone), warn_before, calendar)
        spans = hours.spans_of(day, calendar)
        opening = datetime.combine(day, spans[0].start if spans else MIDNIGHT, hours.zone)
        return min(opening, due.astimezone(hours.zone))
    lead = length_of(warn_before)
    if limit.service_time:
        return hours.add_open_time(due, -lead, calendar)
    return (in_utc(due) - lead).astimezone(hours.zone)


def light(now: datetime, due: datetime, warn: datetime) -> Light:
    """Red after the due time, yellow from the warning on, green before (F5.06)."""
    if now > due:
        return "red"
    return "yellow" if now >= warn else "green"


def is_provisional(limit: Limit, started: datetime, due: datetime, calendar: WorkCalendar, hours: ServiceHours) -> bool:
    """Whether the due time rests on days that nobody announced, so that it must be computed again later."""
    asks_days = limit.unit == "working_day" or (limit.unit == "calendar_day" and limit.roll)
    asks_hours = limit.service_time and not counts_days(limit) and not hours.always_open
    if not asks_days and not asks_hours:
        return False
    # The starting day is not counted, but where hours count it is lived through.
    first = business_date(started, hours.zone) - (ONE_DAY if asks_hours else _NOTHING)
    return days_are_provisional(first, business_date(due, hours.zone), calendar)


def _walk(
    limit: Limit,
    started: datetime,
    calendar: WorkCalendar,
    hours: ServiceHours,
    pauses: list[tuple[datetime, datetime]],
) -> tuple[datetime, timedelta]:
    """Return the due time and what is left at the last resume, or in all when nothing paused."""
    anchor, whole = in_utc(started), _whole(limit)
    left, due = whole, _due_from(limit, anchor, whole, calendar, hours)
    for start, end in pauses:
        if end <= anchor:
            continue
        if start > due:
            break
        rest = left - _spent(limit, anchor, max(start, anchor), calendar, hours)
        left = whole if limit.resume == "restart" else max(_NOTHING, rest)
        anchor = end
        due = _due_from(limit, anchor, left, calendar, hours)
    return due, left


def _in_order(pauses: Iterable[Pause], now: datetime | None) -> list[tuple[datetime, datetime]]:
    return sorted((in_utc(pause.start), _end_of(pause, now)) for pause in pauses)


def _end_of(pause: Pause, now: datetime | None) -> datetime:
    if pause.end is not None:
        return in_utc(pause.end)
    if now is None:
        raise ValueError(f"pause {pause.kind} is open: its limit has a due time only as of a given `now`")
    return max(in_utc(pause.start), in_utc(now))


def _as_known(pause: Pause, now: datetime) -> Pause:
    return pause if pause.end is None or in_utc(pause.end) <= now else Pause(pause.kind, pause.start, None)


def _whole(limit: Limit) -> timedelta:
    """The full amount; a day of a day limit, worked or not, is carried as one timedelta day."""
    return limit.amount * ONE_DAY if counts_days(limit) else length_of(limit)


def _spent(limit: Limit, anchor: datetime, until: datetime, calendar: WorkCalendar, hours: ServiceHours) -> timedelta:
    if limit.unit == "working_day":
        return count_workdays(business_date(anchor, hours.zone), business_date(until, hours.zone), calendar) * ONE_DAY
    if limit.unit == "calendar_day":
        return business_date(until, hours.zone) - business_date(anchor, hours.zone)
    return hours.open_time_between(anchor, until, calendar) if limit.service_time else until - anchor


def _due_from(limit: Limit, anchor: datetime, left: timedelta, calendar: WorkCalendar, hours: ServiceHours) -> datetime:
    if counts_days(limit):
        return _end_of_last_day(limit, anchor, left.days, calendar, hours)
    if limit.service_time:
        return hours.add_open_time(anchor, left, calendar)
    return (anchor + left).astimezone(hours.zone)


def _end_of_last_day(
    limit: Limit, anchor: datetime, left: int, calendar: WorkCalendar, hours: ServiceHours
) -> datetime:
    day = business_date(anchor, hours.zone)
    working = limit.unit == "working_day"
    last = add_workdays(day, left, calendar) if working else day + left * ONE_DAY
    on_workday = working or limit.roll
    if on_workday and (not working or left == 0):
        last = roll_forward(last, calendar)
    end = datetime.combine(last, limit.end_of_day or LAST_SECOND, hours.zone)
    # Only a limit of no more days can end before it begins: what starts after business ends with the next day.
    if end >= anchor:
        return end
    after = next_workday(last, calendar) if on_workday else last + ONE_DAY
    return datetime.combine(after, limit.end_of_day or LAST_SECOND, hours.zone)


def _days_until(limit: Limit, now: datetime, due: datetime, calendar: WorkCalendar, hours: ServiceHours) -> int | None:
    today, last = business_date(now, hours.zone), business_date(due, hours.zone)
    if limit.unit == "working_day":
        return count_workdays(today, last, calendar)
    return (last - today).days if limit.unit == "calendar_day" else None


def _lead_day(limit: Limit, last: date, lead: Measure, calendar: WorkCalendar) -> date:
    if lead.unit == "working_day":
        return add_workdays(last, -lead.amount, calendar)
    day = last - lead.amount * ONE_DAY
    return roll_back(day, calendar) if limit.roll else day
