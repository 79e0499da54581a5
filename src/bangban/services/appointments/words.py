"""Moments and states of appointments in the words of pages and messages."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def day_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return the day in words: 11月20日（周五）."""
    local = moment.astimezone(zone)
    return f"{local.month}月{local.day}日（{WEEKDAYS[local.weekday()]}）"


def period_words(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """Return a period in words: 11月20日（周五）10:00—10:30; an end at midnight reads 24:00."""
    end = ends_at.astimezone(zone)
    last = (
        "24:00"
        if end.date() != starts_at.astimezone(zone).date() and end.time().isoformat() == "00:00:00"
        else f"{end:%H:%M}"
    )
    return f"{day_words(starts_at, zone)}{starts_at.astimezone(zone):%H:%M}—{last}"


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment in words: 11月20日（周五）09:45."""
    return f"{day_words(moment, zone)}{moment.astimezone(zone):%H:%M}"
