"""The roster of the hotline: a week in a grid for the manager, the own shifts for an agent (GB33358-5.1.2.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.clocks.zones import DEFAULT_ZONE, business_date
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.services.telephony import actions, reads, weeks
from bangban.services.telephony.actions.rostering import Cells, read_cells
from bangban.services.telephony.belonging import scope
from bangban.services.telephony.reads.weeks import GROUP, Person, RosterWeek, languages_of
from bangban.services.telephony.weeks import WEEKDAYS, Known, Week
from bangban.surfaces.desk import pages
from bangban.surfaces.hotline import wall
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import day_of, whole

SEES, MANAGES = ("roster.view",), ("orders.manage",)
SAID = "desk_roster_said"
CELL = re.compile(r"c\.(?P<staff>[0-9]{1,9})\.(?P<day>[0-6])")
AHEAD, TOLD = timedelta(weeks=26), 8


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*SEES)
def roster(request: HttpRequest) -> HttpResponse:
    """Show the week to the manager and keep what was typed; an agent sees the own shifts."""
    actor = pages.desk_actor(request)
    if not may(actor, "orders.manage"):
        return _mine(request, actor)
    monday = _monday(request)
    if request.method != "POST" or request.POST.get("do") == "check":
        return _page(request, actor, monday, _cells(request))
    try:
        changed = actions.save_roster(actor, monday, _cells(request) or {}, request.POST.get("mark", "")[:20])
    except NotYours:
        raise
    except FlowError as error:
        return _page(request, actor, monday, _cells(request), error)
    request.session[SAID] = f"已保存，改动了{changed}人的班次，并已通知本人。" if changed else "没有改动。"
    return pages.done(request, _address(request, monday))


def _address(request: HttpRequest, monday: date, **more: str) -> str:
    kept = {name: request.GET[name][:20] for name in ("group", "page") if request.GET.get(name)}
    return f"{reverse('calls:roster')}?{urlencode({'week': monday.isoformat(), **kept, **more})}"


def _monday(request: HttpRequest) -> date:
    today = business_date(now())
    wanted = day_of(request.GET.get("week", "")) or today
    return weeks.monday_of(min(max(wanted, today - AHEAD), today + AHEAD))


def _cells(request: HttpRequest) -> Cells | None:
    """What was typed; None when the page was only opened."""
    if request.method != "POST":
        return None
    found: dict[int, list[str]] = {}
    for name, text in request.POST.items():
        match = CELL.fullmatch(name)
        if match:
            cells = found.setdefault(int(match["staff"]), [""] * 7)
            cells[int(match["day"])] = str(text)[: weeks.LONGEST_TEXT * 2]
    return found


def _page(
    request: HttpRequest, actor: Actor, monday: date, cells: Cells | None, error: FlowError | None = None
) -> HttpResponse:
    found = reads.roster_week(actor.unit_id or 0, monday)
    group, people, more = _group(request, found)
    copied = cells is None and request.GET.get("copy") == "1"
    if copied:
        before = {one.id: one.known for one in reads.roster_week(actor.unit_id or 0, monday - timedelta(days=7)).people}
        cells = {one.id: _texts(before[one.id].week) for one in people if one.id in before}
    checked = _checked(found, cells or {}, group, scope(actor.unit_id))
    problems = checked["problems"] | (error.details.get("fields") or {} if error else {})
    today = business_date(now())
    context = {
        **checked,
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "days": _days(monday),
        "past": monday < weeks.monday_of(today),
        "people": [_row(one, (cells or {}).get(one.id), problems) for one in people],
        "saved_mark": found.mark,
        "save_url": _address(request, monday),
        "check_url": f"{reverse('calls:roster_check')}?{urlencode({'week': monday.isoformat(), 'group': group})}",
        "before": _address(request, monday - timedelta(days=7)),
        "after": _address(request, monday + timedelta(days=7)),
        "copy": _address(request, monday, copy="1"),
        "copied": copied,
        "groups": _groups(request, found, monday, group),
        "more": _address(request, monday, page=more) if more else "",
        "changes": [
            {"name": one.name, "by": one.by, "at": one.at, "what": _difference(one.before, one.after)}
            for one in reads.changes_of(actor.unit_id or 0, monday)
        ],
        "error": error.sentence if error else "",
        "most": weeks.day_hours(),
        "week_hours": weeks.WEEK_HOURS,
        "said": request.session.pop(SAID, ""),
    }
    return pages.page(
        request, "hotline/roster.html", context, current="roster", status=status_of(error) if error else 200
    )


def _group(request: HttpRequest, found: RosterWeek) -> tuple[str, tuple[Person, ...], str]:
    """Return the language chosen, its agents on this page, and the next page."""
    wanted = request.GET.get("group", "")
    group = wanted if wanted in languages_of(found.people) else ""
    people = [one for one in found.people if not group or group in one.languages]
    text = request.GET.get("page", "")
    page = whole(text, 3) or 0
    shown = people[page * GROUP : (page + 1) * GROUP]
    return group, tuple(shown), str(page + 1) if len(people) > (page + 1) * GROUP else ""


def _groups(request: HttpRequest, found: RosterWeek, monday: date, chosen: str) -> list[dict[str, Any]]:
    here = reverse("calls:roster")
    every = [("", "全部话务员"), *((code, wall.language(code)) for code in languages_of(found.people))]
    return [
        {
            "label": label,
            "url": f"{here}?{urlencode({'week': monday.isoformat(), 'group': code})}",
            "current": code == chosen,
        }
        for code, label in every
    ]


def _days(monday: date) -> list[dict[str, Any]]:
    calendar, today = work_calendar(), business_date(now())
    days = [monday + timedelta(days=n) for n in range(7)]
    return [
        {
            "name": WEEKDAYS[n],
            "date": f"{day.month}-{day.day}",
            "rest": not calendar.is_workday(day),
            "today": day == today,
        }
        for n, day in enumerate(days)
    ]


def _texts(week: Week) -> list[str]:
    return [weeks.show(spans) for spans in week]


def _row(one: Person, typed: Any, problems: Mapping[str, str]) -> dict[str, Any]:
    texts = list(typed) if typed is not None else _texts(one.known.week)
    return {
        "id": one.id,
        "name": one.name,
        "work_number": one.work_number,
        "languages": "、".join(wall.language(code) for code in one.languages),
        "carried": f"上周日的班到周一{weeks.tell(one.known.carried[0]).split('–')[1]}" if one.known.carried else "",
        "cells": [(f"c.{one.id}.{day}", text, problems.get(f"{one.id}.{day}", "")) for day, text in enumerate(texts)],
    }


def _checked(found: RosterWeek, cells: Cells, group: str, center: int | None) -> dict[str, Any]:
    """Return what is missing and what cannot be, in words, with the people on duty hour by hour."""
    plan, problems = read_cells(found, cells)
    demand = reads.demand_of(found.monday, group, center)
    check = reads.check_of(found, plan, demand, group)
    names = {one.id: one.name for one in found.people}
    hours = {
        one.id: weeks.hours_of(plan.get(one.id, one.known.week))
        for one in found.people
        if not group or group in one.languages
    }
    return {
        "renewed": False,
        "problems": problems,
        "wrong": [
            f"{names[int(key.split('.')[0])]} {WEEKDAYS[int(key.split('.')[1])]}：{sentence}"
            for key, sentence in problems.items()
        ],
        "gaps": [_stretch(gap.start, gap.end) for gap in check.gaps[:TOLD]],
        "more_gaps": max(0, len(check.gaps) - TOLD),
        "short": [
            f"{WEEKDAYS[one.day]} {one.first}–{one.last}时 在岗{one.there}人，预测需要{one.wanted}人"
            for one in check.short[:TOLD]
        ],
        "more_short": max(0, len(check.short) - TOLD),
        "heat": [
            (WEEKDAYS[day], [_hour(there, check.demand.agents[day][hour]) for hour, there in enumerate(row)])
            for day, row in enumerate(check.there)
        ],
        "over": [f"{names[id]} {total:g}小时" for id, total in hours.items() if total > weeks.WEEK_HOURS][:TOLD],
        "basis": check.demand.basis,
        "group_name": wall.language(group) if group else "",
    }


def _hour(there: int, wanted: int) -> dict[str, Any]:
    state = "none" if there == 0 else "short" if there < wanted else "enough"
    return {"there": there, "wanted": wanted, "state": state}


def _stretch(start: datetime, end: datetime) -> str:
    first, last = start.astimezone(DEFAULT_ZONE), end.astimezone(DEFAULT_ZONE)
    midnight = last.hour == last.minute == 0
    shown = last - timedelta(days=1) if midnight else last
    day = "" if shown.date() == first.date() else f"{WEEKDAYS[shown.weekday()]} "
    return f"{WEEKDAYS[first.weekday()]} {first:%H:%M} 至 {day}{'24:00' if midnight else f'{last:%H:%M}'}"


def _difference(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    return "；".join(
        f"{WEEKDAYS[n]} {old or '休'} → {new or '休'}"
        for n, (old, new) in enumerate(zip(before, after, strict=True))
        if old != new
    )


@require_POST
@pages.staff(*MANAGES)
def check(request: HttpRequest) -> HttpResponse:
    """Answer what is missing in what stands in the grid now, without keeping it."""
    actor = pages.desk_actor(request)
    found = reads.roster_week(actor.unit_id or 0, _monday(request))
    checked = _checked(found, _cells(request) or {}, _group(request, found)[0], scope(actor.unit_id))
    return pages.part(request, "hotline/_roster_check.html", {**checked, "renewed": True})


@require_safe
@pages.staff(*SEES)
def mine(request: HttpRequest) -> HttpResponse:
    """Show the own shifts, for whoever manages the roster as well."""
    return _mine(request, pages.desk_actor(request))


def _mine(request: HttpRequest, actor: Actor) -> HttpResponse:
    first = weeks.monday_of(business_date(now()))
    mondays = [first, first + timedelta(days=7)]
    shown = [(monday, reads.own_week(actor, monday)) for monday in mondays]
    context = {
        "weeks": [
            {"title": title, "days": _own_days(monday, known), "hours": weeks.hours_of(known.week)}
            for title, (monday, known) in zip(("本周", "下周"), shown, strict=True)
        ],
        "next": _next_shift(shown),
        "manages": may(actor, "orders.manage"),
    }
    return pages.page(request, "hotline/roster_mine.html", context, current="roster")


def _own_days(monday: date, known: Known) -> list[dict[str, Any]]:
    return [{**day, "shifts": [weeks.tell(one) for one in known.week[n]]} for n, day in enumerate(_days(monday))]


def _next_shift(shown: list[tuple[date, Known]]) -> str:
    at = now().astimezone(DEFAULT_ZONE)
    for monday, known in shown:
        midnight = datetime.combine(monday, datetime.min.time(), DEFAULT_ZONE)
        for n, spans in enumerate(known.week):
            for one in spans:
                begin = midnight + timedelta(days=n, minutes=one.start)
                if begin + timedelta(minutes=one.end - one.start) > at:
                    when = "正在当班" if begin <= at else f"{begin.month}月{begin.day}日 {WEEKDAYS[n]}"
                    return f"{when} {weeks.tell(one)}"
    return ""
