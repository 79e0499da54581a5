"""Moments and clocks in the words of a staff page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import ClockView

ZONE = ZoneInfo("Asia/Shanghai")
SHORT = timedelta(hours=24)


def iso(moment: datetime | None) -> str:
    """Return a moment for `datetime` attributes, in local time."""
    return moment.astimezone(ZONE).isoformat(timespec="seconds") if moment else ""


def when(moment: datetime | None) -> str:
    """Say a moment briefly: 9:36 today, 昨天 9:36, 11月18日 9:36, with the year when it is another one."""
    if moment is None:
        return ""
    local, today = moment.astimezone(ZONE), now().astimezone(ZONE).date()
    return f"{_day(local.date(), today)}{local.hour}:{local.minute:02}"


def _day(day: date, today: date) -> str:
    if day == today:
        return ""
    if day == today - timedelta(days=1):
        return "昨天 "
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日 "


def length(seconds: float | None) -> str:
    """Say a length of time in its two leading parts; a dash when there is none."""
    if seconds is None:
        return "—"
    whole = int(abs(seconds))
    if whole < 60:
        return f"{whole} 秒"
    if whole < 3600:
        return f"{whole // 60} 分"
    if whole < 86_400:
        minutes = f" {whole % 3600 // 60} 分" if whole % 3600 >= 60 else ""
        return f"{whole // 3600} 小时{minutes}"
    return f"{whole // 86_400} 天"


def left(clock: ClockView, at: datetime) -> str:
    """Say what is left of a running clock; beyond a day its due time, because only rules count working days."""
    rest = clock.due_at - at
    if rest < timedelta():
        return f"超 {length(rest.total_seconds())}"
    return f"剩 {length(rest.total_seconds())}" if rest <= SHORT else f"{when(clock.due_at)} 到期"


def chip(clock: ClockView, at: datetime) -> dict[str, Any]:
    """Return the parameters of `clock_chip` for one clock."""
    if clock.state != "running":
        met = {"text": "超时" if clock.breached else "按时", "state": "red" if clock.breached else "met"}
        shown = {"text": "已暂停", "state": "paused"} if clock.state == "paused" else met
        return {**shown, "label": clock.label, "due_text": f"{when(clock.due_at)} 到期", "clause": clock.clause}
    # The page counts down by itself; a clock that is already yellow stays so, whatever the browser's time says.
    warned = iso(clock.started_at) if clock.light == "yellow" else ""
    return {
        "text": left(clock, at), "state": clock.light, "label": clock.label, "due": iso(clock.due_at), "warn": warned,
        "due_text": f"{when(clock.due_at)} 到期", "clause": clock.clause,
    }  # fmt: skip


def lamp(clock: ClockView | None, at: datetime) -> dict[str, str] | None:
    """Return the short form of a clock for a line of a list."""
    return {"state": clock.light, "text": left(clock, at)} if clock else None
