"""Figures of a hall over days, and any past minute replayed (DB23-7.1)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bangban.foundation.access.actors import CHANNELS
from bangban.foundation.clocks.moment import now
from bangban.registry.halls.reads import Hall, spans_of
from bangban.services.appointments.reads import figures as appointment_figures
from bangban.services.queues.reads import Figure, figures, minute
from bangban.surfaces.desk import pages
from bangban.surfaces.hall.manage.views.hall import PERMISSION, here
from bangban.surfaces.web.given import day_of, whole

PERIODS = ((0, "今天"), (6, "近7天"), (29, "近30天"))
LONGEST = timedelta(days=366)
DAY_MINUTES = 24 * 60
YEARS = range(2000, 2100)


@require_safe
@pages.staff(PERMISSION)
def statistics(request: HttpRequest) -> HttpResponse:
    """Show waiting and serving by class, window and hour, bookings by channel, and a minute of the last day."""
    body, plan = here(request)
    today = plan.day_of(now())
    first, last, error = _span(request, today)
    base = f"{reverse('hall:statistics')}?hall={body.code}"
    whole = next(iter(figures([body.id], first, last, "all")), None)
    context = {
        "body": body,
        "query": f"?hall={body.code}",
        "first": first,
        "last": last,
        "error": error,
        "periods": [
            {
                "label": label,
                "url": f"{base}&{urlencode({'from': str(today - timedelta(days=days)), 'to': str(today)})}",
                "current": (first, last) == (today - timedelta(days=days), today),
            }
            for days, label in PERIODS
        ],
        "whole": whole,
        "classes": figures([body.id], first, last, "class"),
        "windows": [one for one in figures([body.id], first, last, "window") if one.key is not None],
        "hours": _hours(figures([body.id], first, last, "hour")),
        "days": figures([body.id], first, last, "day") if first < last else [],
        "booked": _booked(body.id, first, last),
        "percent": percent,
        "minutes": minutes,
    }
    context |= _then(request, body.id, plan, last)
    return pages.page(request, "hall/manage/statistics.html", context, current="hall")


@require_safe
@pages.staff(PERMISSION, quiet=True)
def moment(request: HttpRequest) -> HttpResponse:
    """Answer the hall as it was in one minute of a day."""
    body, plan = here(request)
    context = {"query": f"?hall={body.code}"} | _then(request, body.id, plan, plan.day_of(now()))
    return pages.part(request, "hall/manage/_minute.html", context)


def _span(request: HttpRequest, today: date) -> tuple[date, date, str]:
    try:
        first, last = _date(request.GET.get("from", ""), today), _date(request.GET.get("to", ""), today)
    except ValueError:
        return today, today, "日期写法有误，请用年-月-日，如 2026-11-18。已显示今天。"
    if first > last:
        first, last = last, first
    if last - first > LONGEST:
        return last - LONGEST, last, "一次最多看一年，已显示最后一年。"
    return first, last, ""


def _date(text: str, otherwise: date) -> date:
    """Read a day; ValueError for what is none, or lies outside the years of this house."""
    found = day_of(text) if text else otherwise
    if found is None or found.year not in YEARS:
        raise ValueError(f"No such day here: {text}")
    return found


def percent(share: float | None) -> str:
    """Say a share with one decimal; a dash when there is nothing to divide by."""
    return "—" if share is None else f"{100 * share:.1f}%"


def minutes(seconds: float | None) -> str:
    """Say seconds as minutes with one decimal; a dash when there are none."""
    return "—" if seconds is None else f"{seconds / 60:.1f}"


def _hours(found: list[Figure]) -> list[Figure]:
    return sorted((one for one in found if one.key is not None), key=lambda one: int(one.key))


def _booked(body_id: int, first: date, last: date) -> dict[str, Any]:
    found = appointment_figures([body_id], first, last)
    rows = [{"label": CHANNELS.get(code, code), "value": count} for code, count in found.by_channel.items()]
    return {"figures": found, "channels": sorted(rows, key=lambda row: -int(str(row["value"])))}


def _then(request: HttpRequest, body_id: int, plan: Hall, day: date) -> dict[str, Any]:
    """Return one minute of a day: the one asked for, else the present or the middle of the opening hours."""
    try:
        day = _date(request.GET.get("day", ""), day)
    except ValueError:
        day = plan.day_of(now())
    here_now = now().astimezone(plan.zone)
    chosen = _minute_of(request.GET.get("minute", ""), request.GET.get("clock", ""))
    if chosen is None:
        chosen = here_now.hour * 60 + here_now.minute if day == here_now.date() else 10 * 60
    at = datetime.combine(day, datetime.min.time(), plan.zone) + timedelta(minutes=chosen)
    spans = spans_of(body_id, day)
    opens, closes = (spans[0][0], spans[-1][1]) if spans else (at.replace(hour=8), at.replace(hour=18))
    state = minute(body_id, at)
    waiting = state.waiting
    return {
        "then": state,
        "then_day": day,
        "then_minute": chosen,
        "then_clock": f"{chosen // 60:02}:{chosen % 60:02}",
        "then_future": at > now(),
        "slider": (max(0, _of_day(opens, day, plan) - 30), min(DAY_MINUTES - 1, _of_day(closes, day, plan) + 60)),
        "then_waiting": [{"label": klass.name, "value": waiting.get(klass.id, 0)} for klass in plan.classes.values()],
        "at_window": {one.window_id: one for one in state.tickets if one.window_id and one.state != "waiting"},
    }


def _minute_of(text: str, clock: str) -> int | None:
    minute_of_day = whole(text, 4)
    if minute_of_day is not None:
        return min(minute_of_day, DAY_MINUTES - 1)
    hours, _, rest = clock.partition(":")
    hour, minute = whole(hours, 2), whole(rest, 2)
    return None if hour is None or minute is None else min(hour * 60 + minute, DAY_MINUTES - 1)


def _of_day(at: datetime, day: date, plan: Hall) -> int:
    local = at.astimezone(plan.zone)
    return DAY_MINUTES - 1 if local.date() > day else local.hour * 60 + local.minute
