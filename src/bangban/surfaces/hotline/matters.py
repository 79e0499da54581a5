"""Concentrated matters 集中反映事项 at the desk: the list, one matter with its orders, and what is done about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.oversight.reports.models import Report
from bangban.oversight.supervision.reads import tasks_of_matter
from bangban.services.matters import actions, reads, rules
from bangban.services.matters.flow import STATES
from bangban.services.matters.models import MatterOrder
from bangban.services.matters.reads import MatterRow
from bangban.surfaces.desk import pages, times
from bangban.surfaces.desk.acting import once
from bangban.surfaces.web.errors import status_of

SEES = ("matters.view",)
ORDERS = 50
COMPARED = timedelta(days=14)
TONES = {"open": "warn", "watched": "info", "closed": "neutral"}
BADGES = {"open": "waiting", "watched": "active", "closed": "closed"}
TRENDS = {"rising": "上升", "steady": "持平", "falling": "下降"}


@require_safe
@pages.staff(*SEES)
def matters(request: HttpRequest) -> HttpResponse:
    """Show matters, those last told of first (GB33358-5.2.3.1-b, 5.6.2.1)."""
    actor, state = pages.desk_actor(request), request.GET.get("state", "")
    state = state if state in STATES else ""
    found = reads.page(actor, state, request.GET.get("after", "")[:200])
    trends = _trends([row.number for row in found.rows], now())
    here = reverse("calls:matters")
    orders, days = reads.threshold()
    context = {
        "rows": [_line(row, trends[row.number]) for row in found.rows],
        "more": f"{here}?{urlencode({'state': state, 'after': found.after})}" if found.after else "",
        "tabs": [
            {"label": label, "url": f"{here}?state={code}" if code else here, "current": code == state}
            for code, label in {"": "全部", **STATES}.items()
        ],
        "orders": orders,
        "days": days,
        "sets": may(actor, "orders.manage"),
        "error": "",
        "problems": {},
        "typed": {},
    }
    return pages.page(request, "hotline/matters.html", context, current="matters")


def _trends(numbers: Sequence[str], at: datetime) -> dict[str, str]:
    """Return the trend of each matter of a page, in one query."""
    moments: dict[str, list[datetime]] = defaultdict(list)
    rows = MatterOrder.objects.filter(matter__number__in=numbers, removed_at=None, at__gt=at - COMPARED)
    for number, moment in rows.values_list("matter__number", "at"):
        moments[number].append(moment)
    return {number: rules.trend(moments[number], at) for number in numbers}


def _line(row: MatterRow, trend: str) -> dict[str, Any]:
    return {
        "title": row.title,
        "url": reverse("calls:matter", args=[row.number]),
        "meta": [f"{row.size} 件工单", f"{row.tellers} 人反映", f"近一周{TRENDS[trend]}", "、".join(row.places[:2])],
        "tag_text": f"{row.kind_label} · {row.state_label}",
        "tag_tone": "danger" if row.state != "closed" and trend == "rising" else TONES[row.state],
        "aside": f"最近 {times.when(row.last_at)}",
    }


@require_safe
@pages.staff(*SEES)
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """Show one matter; with `after` a script gets its next orders only."""
    if pages.is_part(request):
        actor = pages.desk_actor(request)
        found = _orders(request, reads.one(actor, number).row.number)
        return pages.part(request, "hotline/_matter_orders.html", {"orders": found, "links": _opens_orders(actor)})
    return _page(request, number)


def _orders(request: HttpRequest, number: str) -> dict[str, Any]:
    found = reads.orders_of(number, request.GET.get("after", "")[:40], ORDERS + 1)
    shown = found[:ORDERS]
    here = reverse("calls:matter", args=[number])
    return {
        "rows": shown,
        "more": f"{here}?{urlencode({'after': shown[-1].number})}" if len(found) > ORDERS else "",
    }


def _opens_orders(actor: Actor) -> bool:
    return may(actor, "orders.list") or may(actor, "orders.undertake")


def _page(request: HttpRequest, number: str, error: FlowError | None = None, doing: str = "") -> HttpResponse:
    actor = pages.desk_actor(request)
    view = reads.one(actor, number)
    row = view.row
    report = Report.objects.filter(matter_number=row.number).exclude(state="cancelled").order_by("-created_at").first()
    context = {
        "view": view,
        "badge": BADGES[row.state],
        "trend": TRENDS[view.trend],
        "can": {line.action for line in view.allowed},
        "orders": _orders(request, row.number),
        "links": _opens_orders(actor),
        "tasks": tasks_of_matter(row.number) if may(actor, "supervision.view") else (),
        "report": report if may(actor, "reports.view") else None,
        "error": error.sentence if error else "",
        "problems": error.details.get("fields", {}) if error else {},
        "doing": doing,
        "typed": request.POST,
    }
    status = status_of(error) if error else 200
    return pages.page(request, "hotline/matter.html", context, current="matters", status=status)


Run = Callable[[Actor, str, dict[str, str]], object]
RUNS: dict[str, Run] = {
    "confirm": lambda actor, number, given: actions.confirm(actor, number),
    "dismiss": lambda actor, number, given: actions.dismiss(actor, number, given.get("reason", "")),
    "close": lambda actor, number, given: actions.close(actor, number, given.get("reason", "")),
    "merge": lambda actor, number, given: actions.merge(actor, number, given.get("into", "")),
    "add_order": lambda actor, number, given: actions.add_order(actor, number, given.get("order", "")),
    "remove_order": lambda actor, number, given: actions.remove_order(
        actor, number, given.get("order", ""), given.get("reason", "")
    ),
}


@require_POST
@pages.staff(*SEES)
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do one step of the flow of a matter; a refusal comes back on the page with what was typed."""
    actor = pages.desk_actor(request)
    view, run = reads.one(actor, number), RUNS.get(action)
    if run is None:
        raise Incomplete("没有这个操作。", fields={})
    given = {name: str(value)[:600] for name, value in request.POST.items()}
    mine = view.row.number
    try:
        once(actor, f"{mine}:{action}", given.get("client_id", "")[:80], lambda: run(actor, mine, given))
    except NotYours:
        raise
    except FlowError as error:
        return _page(request, number, error, action)
    return pages.done(request, reverse("calls:matter", args=[mine]))


@require_POST
@pages.staff("orders.manage")
def threshold(request: HttpRequest) -> HttpResponse:
    """Set from how many similar orders within how many days a matter is opened."""
    actor = pages.desk_actor(request)
    given = [request.POST.get(name, "").strip() for name in ("orders", "days")]
    numbers = [int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0 for text in given]
    try:
        actions.set_threshold(actor, *numbers)
    except NotYours:
        raise
    except FlowError as error:
        context = {
            "rows": [], "more": "", "tabs": [], "orders": given[0], "days": given[1], "sets": True,
            "error": error.sentence, "problems": error.details.get("fields", {}), "typed": request.POST,
        }  # fmt: skip
        return pages.page(request, "hotline/matters.html", context, current="matters", status=status_of(error))
    return pages.done(request, reverse("calls:matters"))
