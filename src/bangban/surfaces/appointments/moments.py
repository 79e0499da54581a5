"""Booked periods in the words of pages, at the place of the hall."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bangban.foundation.clocks.moment import now
from bangban.registry.halls.reads import hall
from bangban.services.appointments.words import period_words
from bangban.surfaces.portal.language import Language, say
from bangban.surfaces.portal.times import ENGLISH_WEEKDAYS, MONTHS, WEEKDAYS, ZONE


def zone_of(body_id: int) -> ZoneInfo:
    """Return the time zone of a hall."""
    plan = hall(body_id)
    return plan.zone if plan else ZONE


def today_at(body_id: int) -> date:
    """Return the date at a hall."""
    return now().astimezone(zone_of(body_id)).date()


def day_words(day: date, language: Language = "zh") -> str:
    """Say a day with its weekday: 11月20日（周五）, Fri 20 Nov."""
    if language == "en":
        return f"{ENGLISH_WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def hours(starts: datetime, ends: datetime, zone: ZoneInfo, language: Language = "zh") -> str:
    """Say from when to when: 09:00—09:30."""
    dash = "–" if language == "en" else "—"
    last = "24:00" if midnight_after(starts, ends, zone) else f"{ends.astimezone(zone):%H:%M}"
    return f"{starts.astimezone(zone):%H:%M}{dash}{last}"


def midnight_after(starts: datetime, ends: datetime, zone: ZoneInfo) -> bool:
    """Tell whether a period ends with its day."""
    last = ends.astimezone(zone)
    return last.date() - starts.astimezone(zone).date() == timedelta(days=1) and f"{last:%H:%M}" == "00:00"


def period(starts: datetime, ends: datetime, body_id: int, language: Language = "zh") -> str:
    """Say a whole period: 11月20日（周五）10:00—10:30; Fri 20 Nov, 10:00–10:30."""
    zone = zone_of(body_id)
    if language == "zh":
        return period_words(starts, ends, zone)
    return f"{day_words(starts.astimezone(zone).date(), language)}, {hours(starts, ends, zone, language)}"


def day_name(day: date, today: date, language: Language) -> str:
    """Say a day in a strip of days: 今天, 明天, 周五."""
    ahead = (day - today).days
    if ahead == 0:
        return say(language, "今天")
    if ahead == 1:
        return say(language, "明天")
    return ENGLISH_WEEKDAYS[day.weekday()] if language == "en" else f"周{WEEKDAYS[day.weekday()]}"


def short_date(day: date, language: Language) -> str:
    """Say a date in a strip of days: 11/20, 20 Nov."""
    return f"{day.day} {MONTHS[day.month - 1]}" if language == "en" else f"{day.month}/{day.day}"
