"""Moments in the words of a page, in both languages."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bangban.foundation.clocks.moment import now
from bangban.surfaces.portal.language import Language

ZONE = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"
ENGLISH_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def iso(moment: datetime | None) -> str:
    """Return a moment for `datetime` attributes, in local time."""
    return moment.astimezone(ZONE).isoformat(timespec="seconds") if moment else ""


def when(moment: datetime | None, language: Language, at: datetime | None = None) -> str:
    """Say a moment as people do: 今天 9:36, 昨天 9:36, 11月18日 9:36, with the year when it is another one."""
    if moment is None:
        return ""
    local = moment.astimezone(ZONE)
    return f"{_day(local.date(), (at or now()).astimezone(ZONE).date(), language)} {_clock(local)}"


def short(moment: datetime, language: Language, at: datetime | None = None) -> str:
    """Say a moment beside a message: only the time when it was today."""
    local = moment.astimezone(ZONE)
    if local.date() == (at or now()).astimezone(ZONE).date():
        return _clock(local)
    return when(moment, language, at)


def day(moment: datetime | date | None, language: Language) -> str:
    """Say a date with its year: 2026年11月18日, 18 Nov 2026."""
    if moment is None:
        return ""
    local = moment.astimezone(ZONE).date() if isinstance(moment, datetime) else moment
    if language == "en":
        return f"{local.day} {MONTHS[local.month - 1]} {local.year}"
    return f"{local.year}年{local.month}月{local.day}日"


def opening(moment: datetime, language: Language, at: datetime | None = None) -> str:
    """Say a future moment with its weekday, so that nobody has to count: 明天（周四）9:00."""
    local, today = moment.astimezone(ZONE), (at or now()).astimezone(ZONE).date()
    if local.date() == today:
        return f"{'today' if language == 'en' else '今天'} {_clock(local)}"
    if language == "en":
        return f"{ENGLISH_WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}, {_clock(local)}"
    name = "明天" if local.date() == today + timedelta(days=1) else f"{local.month}月{local.day}日"
    return f"{name}（周{WEEKDAYS[local.weekday()]}）{_clock(local)}"


def _clock(local: datetime) -> str:
    return f"{local.hour}:{local.minute:02}"


def _day(day_: date, today: date, language: Language) -> str:
    if day_ == today:
        return "Today" if language == "en" else "今天"
    if day_ == today - timedelta(days=1):
        return "Yesterday" if language == "en" else "昨天"
    if language == "en":
        return f"{day_.day} {MONTHS[day_.month - 1]}" + ("" if day_.year == today.year else f" {day_.year}")
    year = "" if day_.year == today.year else f"{day_.year}年"
    return f"{year}{day_.month}月{day_.day}日"
