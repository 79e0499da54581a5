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
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours
from bangban.oversight.reports.models import Report
from bangban.oversight.supervision.reads import tasks_of_matter
from bangban.registry.org.reads import place
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads import seen_orders
from bangban.services.hotline.reads.boxes import at_hotline
from bangban.services.matters import actions, reads, rules
from bangban.services.matters.flow import STATES
from bangban.services.matters.models import MatterOrder
from bangban.services.matters.reads import MatterRow, MatterView, OrderOf
from bangban.surfaces.desk import pages, times
from bangban.surfaces.desk.acting import once
from bangban.surfaces.hotline import choosing, listing
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import whole

SEES = ("matters.view",)
ORDERS, SORTED = 50, 200
COMPARED = timedelta(days=14)
TONES = {"open": "warn", "watched": "info", "closed": "neutral"}
BADGES = {"open": "waiting", "watched": "active", "closed": "closed"}
TRENDS = {"rising": "上升", "steady": "持平", "falling": "下降"}


@require_safe
@pages.staff(*SEES)
def matters(request: HttpRequest) -> HttpResponse:
    """Show matters, those last told of first (GB33358-5.2.3.1-b, 5.6.2.1)."""
    actor = pages.desk_actor(request)
    context = _list(request, actor)
    if pages.is_part(request):
        return pages.part(request, "hotline/_matters.html", context)
    center = choosing.center_of(request, actor)
    context |= {
        "hotlines": choosing.choices(request, actor), "sets": may(actor, "orders.manage"), "error": "", "problems": {}, "typed": {},
    }  # fmt: skip
    return pages.page(request, "hotline/matters.html", context, current="matters", topics=(_topic(center),))


@require_safe
@pages.staff(*SEES, quiet=True)
def rows(request: HttpRequest) -> HttpResponse:
    """Answer the lines of the list: the first ones when something happened, or those after a mark."""
    return pages.part(request, "hotline/_matters.html", _list(request, pages.desk_actor(request)))


def _list(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    center = choosing.center_of(request, actor)
    found = reads.page(actor, state, request.GET.get("after", "")[:200], center=center)
    trends = _trends([row.number for row in found.rows], now())
    here, part = reverse("calls:matters"), reverse("calls:matters_rows")
    orders, days = reads.threshold(center)
    query = {"state": state} if state else {}
    return {
        "rows": [_line(row, trends[row.number]) for row in found.rows],
        "more": f"{here}?{urlencode({**query, 'after': found.after})}" if found.after else "",
        "topic": _topic(center),
        "part": f"{part}?{urlencode(query)}" if query else part,
        "going_on": bool(request.GET.get("after")),
        "tabs": [
            {"label": label, "url": f"{here}?state={code}" if code else here, "current": code == state}
            for code, label in {"": "全部", **STATES}.items()
        ],
        "orders": orders,
        "days": days,
    }


def _topic(center: int | None) -> str:
    return "matters:all" if center is None else f"matters:{center}"


def _trends(numbers: Sequence[str], at: datetime) -> dict[str, str]:
    """Return the trend of each matter of a page, in one query."""
    moments: dict[str, list[datetime]] = defaultdict(list)
    rows = MatterOrder.objects.filter(matter__number__in=numbers, removed_at=None, at__gt=at - COMPARED)
    for number, moment in rows.values_list("matter__number", "at"):
        moments[number].append(moment)
    return {number: rules.trend(moments[number], at) for number in numbers}


def _line(row: MatterRow, trend: str) -> dict[str, Any]:
    going = row.state != "closed"
    return {
        "title": row.title,
        "url": reverse("calls:matter", args=[row.number]),
        "meta": [
            f"{row.size} 件工单", f"{row.tellers} 人反映", *([f"近一周{TRENDS[trend]}"] if going else []),
            *(["、".join(row.places[:2])] if row.places else []),
        ],
        "tag_text": row.state_label if row.kind == "concentrated" else f"{row.kind_label} · {row.state_label}",
        "tag_tone": "danger" if going and trend == "rising" else TONES[row.state],
        "aside": times.when(row.last_at),
    }  # fmt: skip


@require_safe
@pages.staff(*SEES)
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """Show one matter with its orders and what may be done; a script that pages on gets its next orders only."""
    if pages.is_part(request):
        return _next_orders(request, number)
    return _page(request, number, doing=request.GET.get("do", "")[:20])


@require_safe
@pages.staff(*SEES, quiet=True)
def top(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the head of a matter with its days, as it is now."""
    return pages.part(request, "hotline/_matter_top.html", _head(reads.one(pages.desk_actor(request), number)))


@require_safe
@pages.staff(*SEES, quiet=True)
def orders(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the first orders of a matter, as they are now."""
    return _next_orders(request, number)


def _next_orders(request: HttpRequest, number: str) -> HttpResponse:
    actor = pages.desk_actor(request)
    row = reads.one(actor, number).row
    return pages.part(request, "hotline/_matter_orders.html", {"orders": _orders(request, actor, row, ORDERS)})


def _outside(actor: Actor, row: MatterRow) -> bool:
    """Tell whether the viewer is of a unit, and the matter holds several orders of one caller.

    Confidential orders are then left out: an open name among the others would tell whose they are (GB33358-5.1.2.6).
    """
    return not at_hotline(actor) and row.tellers < row.size


def _orders(request: HttpRequest, actor: Actor, row: MatterRow, most: int) -> dict[str, Any]:
    """Return a page of orders with what the viewer may know of each, in a constant number of queries."""
    number = row.number
    after = request.GET.get("after", "")[:40]
    found = reads.orders_of(number, after, most + 1)
    shown = found[:most]
    seen = seen_orders(actor, [one.number for one in shown])
    hidden = {one for one, order in seen.items() if order.confidential} if _outside(actor, row) else set()
    more = f"?{urlencode({'after': shown[-1].number})}" if len(found) > most else ""
    return {
        "rows": [_order(one, seen.get(one.number)) for one in shown if one.number not in hidden],
        "more": reverse("calls:matter", args=[number]) + more if more else "",
        "next": more,
        "going_on": bool(after),
    }


def _order(one: OrderOf, order: WorkOrder | None) -> dict[str, Any]:
    line: dict[str, Any] = {"number": one.number, "at": one.at, "by_hand": one.by_hand, "url": ""}
    if order is None:
        return line | {"title": one.number, "state": "", "tone": "neutral", "unit": "", "place": ""}
    unit = place(order.lead_unit_id)
    return line | {
        "title": order.title or order.request or one.number,
        "state": listing.SHORT_STATES[order.state],
        "tone": listing.TONES[order.state],
        "unit": unit.name if unit else "",
        "place": order.place,
        "url": reverse("hotline:order", args=[one.number]),
    }


def _head(view: MatterView) -> dict[str, Any]:
    last = len(view.days) - 1
    step = max(1, (last + 6) // 6)
    return {
        "view": view,
        "badge": BADGES[view.row.state],
        "trend": TRENDS[view.trend],
        "days": [
            {
                "value": one.orders,
                "label": f"{one.day:%m-%d}",
                "shown": (last - at) % step == 0,
            }
            for at, one in enumerate(view.days)
        ],
    }


def _page(request: HttpRequest, number: str, error: FlowError | None = None, doing: str = "") -> HttpResponse:
    actor = pages.desk_actor(request)
    view = reads.one(actor, number)
    row = view.row
    report = Report.objects.filter(matter_number=row.number).exclude(state="cancelled").order_by("-created_at").first()
    context = _head(view) | {
        "can": {line.action for line in view.allowed},
        "orders": _orders(request, actor, row, ORDERS),
        "gone": () if _outside(actor, row) else view.gone,
        "tasks": tasks_of_matter(row.number) if may(actor, "supervision.view") else (),
        "report": report if may(actor, "reports.view") else None,
        "error": error.sentence if error else "",
        "problems": error.details.get("fields", {}) if error else {},
        "doing": doing,
        "typed": request.POST or request.GET,
    }
    status = status_of(error) if error else 200
    return pages.page(
        request, "hotline/matter.html", context, current="matters", status=status, topics=(f"matter:{row.number}",)
    )


@require_safe
@pages.staff("matters.handle")
def sort(request: HttpRequest, number: str) -> HttpResponse:
    """Show the orders of a matter to be ticked: those of another matter, or of none."""
    return _sorting(request, number)


def _sorting(request: HttpRequest, number: str, error: FlowError | None = None) -> HttpResponse:
    actor = pages.desk_actor(request)
    view = reads.one(actor, number)
    can = {line.action for line in view.allowed}
    if error is None and "split" not in can:
        raise NotAllowed("这个事项已关闭，不能再整理工单。", state=view.row.state, allowed_actions=sorted(can))
    problems = error.details.get("fields", {}) if error else {}
    context = {
        "view": view,
        "orders": _orders(request, actor, view.row, SORTED),
        "error": error.sentence if error and not problems else "",
        "problems": problems,
        "chosen": request.POST.getlist("orders"),
        "reason": request.POST.get("reason", ""),
    }
    status = status_of(error) if error else 200
    return pages.page(request, "hotline/matter_sort.html", context, current="matters", status=status)


Run = Callable[[Actor, str, dict[str, str], list[str]], object]
RUNS: dict[str, Run] = {
    "confirm": lambda actor, number, given, ticked: actions.confirm(actor, number),
    "rename": lambda actor, number, given, ticked: actions.rename(actor, number, given.get("title", "")),
    "dismiss": lambda actor, number, given, ticked: actions.dismiss(actor, number, given.get("reason", "")),
    "close": lambda actor, number, given, ticked: actions.close(actor, number, given.get("reason", "")),
    "merge": lambda actor, number, given, ticked: actions.merge(
        actor, number, given.get("into", ""), given.get("reason", "")
    ),
    "add_order": lambda actor, number, given, ticked: actions.add_order(actor, number, given.get("order", "")),
    "remove_order": lambda actor, number, given, ticked: actions.remove_order(
        actor, number, ticked or given.get("order", ""), given.get("reason", "")
    ),
    "split": lambda actor, number, given, ticked: actions.split(actor, number, ticked, given.get("reason", "")),
}
SORTING = frozenset({"split", "remove_order"})


@require_POST
@pages.staff(*SEES)
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do one step of the flow of a matter; a refusal comes back on the page with what was typed."""
    actor = pages.desk_actor(request)
    view, run = reads.one(actor, number), RUNS.get(action)
    if run is None:
        raise Incomplete("没有这个操作。", fields={})
    given = {name: str(value)[:600] for name, value in request.POST.items()}
    ticked = [one[:40] for one in request.POST.getlist("orders")[:SORTED]]
    mine = view.row.number
    try:
        once(actor, f"{mine}:{action}", given.get("client_id", "")[:80], lambda: run(actor, mine, given, ticked))
    except NotYours:
        raise
    except FlowError as error:
        return _sorting(request, number, error) if action in SORTING else _page(request, number, error, action)
    return pages.done(request, reverse("calls:matter", args=[mine]))


@require_POST
@pages.staff("orders.manage")
def threshold(request: HttpRequest) -> HttpResponse:
    """Set from how many similar orders within how many days a matter is opened."""
    actor = pages.desk_actor(request)
    given = [request.POST.get(name, "").strip() for name in ("orders", "days")]
    orders, days = (whole(text, 5) or 0 for text in given)
    try:
        actions.set_threshold(actor, orders, days, center=choosing.center_of(request, actor))
    except NotYours:
        raise
    except FlowError as error:
        context = _list(request, actor) | {
            "hotlines": choosing.choices(request, actor),
            "orders": given[0], "days": given[1], "sets": True, "error": error.sentence,
            "problems": error.details.get("fields", {}), "typed": request.POST,
        }  # fmt: skip
        return pages.page(request, "hotline/matters.html", context, current="matters", status=status_of(error))
    return pages.done(request, reverse("calls:matters"))
