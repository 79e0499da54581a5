"""The weekly plan of a hall: when each class takes appointments, how many a period, how many of them online (DB23-6.5.1)."""

from __future__ import annotations

from datetime import date, time
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.registry.halls.reads import hall
from bangban.registry.org.reads import Place
from bangban.services.appointments import actions, reads
from bangban.services.appointments.models import SlotPlan
from bangban.surfaces.appointments.desk.days import SAID
from bangban.surfaces.appointments.desk.halls import hall_of, halls_of
from bangban.surfaces.desk import pages
from bangban.surfaces.portal.times import WEEKDAYS
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import clock_of, day_of, whole

NAMES = tuple(f"周{day}" for day in WEEKDAYS)
FIELDS = {"klass": "", "starts": "09:00", "ends": "12:00", "step": "30", "capacity": "4", "network": "", "valid_from": "",
    "valid_to": "", "plan": ""}  # fmt: skip
LARGEST = 10_000


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff("appointments.manage")
def plans(request: HttpRequest) -> HttpResponse:
    """Show the week of each class with the form to add a stretch; `edit` fills the form with one that stands."""
    actor = pages.desk_actor(request)
    body = hall_of(request, actor, managed=True)
    if request.method != "POST":
        return _show(request, body, _filled(body, whole(request.GET.get("edit", ""))))
    given = {name: request.POST.get(name, "").strip()[:20] for name in FIELDS}
    weekdays = [day for day in request.POST.getlist("weekdays") if day in tuple("0123456")]
    try:
        changed = _save(request, body, given, weekdays)
    except NotYours:
        raise
    except FlowError as error:
        return _show(request, body, given | {"weekdays": weekdays}, error, status_of(error))
    request.session[SAID] = f"已保存{changed}条计划，没有被约走的时段已按新计划调整。"
    return pages.see(f"{reverse('appointments:plans')}?hall={body.code}")


def _save(request: HttpRequest, body: Place, given: dict[str, Any], weekdays: list[str]) -> int:
    actor = pages.desk_actor(request)
    problems: dict[str, str] = {}
    starts, ends = _time(given, "starts", problems), _time(given, "ends", problems)
    first, last = _day(given, "valid_from", problems), _day(given, "valid_to", problems)
    step, capacity = _count(given, "step", problems), _count(given, "capacity", problems)
    network = _count(given, "network", problems) if given["network"] else None
    if not weekdays:
        problems["weekdays"] = "请至少选一天。"
    if problems or starts is None or ends is None:
        raise Incomplete("请检查号源计划。", fields=problems)
    plan_id = whole(given["plan"])
    klass, days = whole(given["klass"]) or 0, [int(weekday) for weekday in weekdays]
    values: dict[str, Any] = {
        "capacity": capacity, "step_minutes": step, "network_limit": network, "valid_from": first, "valid_to": last,
    }  # fmt: skip
    if plan_id is not None:
        actions.save_plan(actor, body.id, klass, days.pop(0), starts, ends, plan_id=plan_id, **values)
    actions.save_week(actor, body.id, klass, days, [(starts, ends)], **values)
    return len(weekdays)


def _time(given: dict[str, Any], name: str, problems: dict[str, str]) -> time | None:
    found = clock_of("00:00" if given[name] == "24:00" else given[name])
    if found is None:
        problems[name] = "请填写时间，例如 09:00。"
    return found


def _day(given: dict[str, Any], name: str, problems: dict[str, str]) -> date | None:
    found = day_of(given[name])
    if given[name] and found is None:
        problems[name] = "请填写日期，例如 2026-12-01。"
    return found


def _count(given: dict[str, Any], name: str, problems: dict[str, str]) -> int:
    found = whole(given[name])
    if found is None or found > LARGEST:
        problems[name] = "请填写一个整数。"
        return 0
    return found


def _filled(body: Place, plan_id: int | None) -> dict[str, Any]:
    row = next((one for one in reads.plans(body.id) if one.id == plan_id), None)
    if row is None:
        return {**FIELDS, "weekdays": ["0", "1", "2", "3", "4"]}
    return {
        "klass": str(row.klass_id), "starts": f"{row.starts:%H:%M}", "ends": f"{row.ends:%H:%M}",
        "step": str(row.step_minutes), "capacity": str(row.capacity),
        "network": "" if row.network_limit is None else str(row.network_limit),
        "valid_from": row.valid_from.isoformat(), "valid_to": row.valid_to.isoformat() if row.valid_to else "",
        "plan": str(row.id), "weekdays": [str(row.weekday)],
    }  # fmt: skip


def _show(
    request: HttpRequest, body: Place, given: dict[str, Any], error: FlowError | None = None, status: int = 200
) -> HttpResponse:
    actor, plan = pages.desk_actor(request), hall(body.id)
    problems = dict(error.details.get("fields") or {"klass": error.sentence}) if error else {}
    names = {"step_minutes": "step", "network_limit": "network", "weekday": "weekdays"}
    context: dict[str, Any] = {
        "body": body,
        "halls": [(one.code, one.name) for one in halls_of(actor, managed=True)],
        "classes": [(one.id, f"{one.letter} {one.name}") for one in plan.classes.values()] if plan else [],
        "weeks": _weeks(reads.plans(body.id)),
        "weekdays": [{"value": str(number), "label": name} for number, name in enumerate(NAMES)],
        "given": given,
        "problems": {names.get(name, name): sentence for name, sentence in problems.items()},
        "said": request.session.pop(SAID, ""),
    }
    return pages.page(request, "appointments/desk_plans.html", context, current="appointments", status=status)


def _weeks(rows: list[SlotPlan]) -> list[dict[str, Any]]:
    """Return the plans by class, each with its seven days."""
    made = []
    for klass, own in groupby(rows, key=lambda row: row.klass):
        days: list[list[SlotPlan]] = [[] for _ in NAMES]
        for row in own:
            days[row.weekday].append(row)
        made.append({"name": f"{klass.letter} {klass.name}", "days": list(zip(NAMES, days, strict=True))})
    return made


@require_POST
@pages.staff("appointments.manage")
def remove(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Take a stretch out of the week; bookings in it stand."""
    actor = pages.desk_actor(request)
    body = hall_of(request, actor, managed=True)
    actions.remove_plan(actor, body.id, plan_id)
    request.session[SAID] = "已删除；已经约走的时段照常办理，不再接受新的预约。"
    return pages.see(f"{reverse('appointments:plans')}?hall={body.code}")
