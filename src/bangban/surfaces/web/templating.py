"""The Jinja2 environment of all pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

ZONE = ZoneInfo("Asia/Shanghai")


def environment(**options: Any) -> Environment:
    """Build the environment: strict about missing names, escaping everything."""
    options["undefined"] = StrictUndefined
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    built = Environment(**options)  # noqa: S701 - autoescape is switched on by Django's backend
    built.globals.update(static=static, url=reverse, site_url=settings.SITE_URL)
    built.filters.update(moment=moment, day=day, clock_time=clock_time, duration=duration)
    return built


def moment(value: datetime | None) -> str:
    """Show a moment in local time: 2026年11月22日 09:05."""
    return value.astimezone(ZONE).strftime("%Y年%-m月%-d日 %H:%M") if value else ""


def day(value: datetime | None) -> str:
    """Show a date in local time."""
    return value.astimezone(ZONE).strftime("%Y年%-m月%-d日") if value else ""


def clock_time(value: datetime | None) -> str:
    """Show the time of day."""
    return value.astimezone(ZONE).strftime("%H:%M") if value else ""


def duration(seconds: float | None) -> str:
    """Show a length of time in plain words."""
    if seconds is None:
        return "—"
    whole = int(seconds)
    if whole < 60:
        return f"{whole}秒"
    if whole < 3600:
        return f"{whole // 60}分{whole % 60}秒" if whole % 60 else f"{whole // 60}分钟"
    if whole < 86400:
        return f"{whole // 3600}小时{whole % 3600 // 60}分"
    return f"{whole // 86400}天{whole % 86400 // 3600}小时"
