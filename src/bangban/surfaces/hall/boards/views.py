"""The boards: a page that hangs on a wall, and the state that it fetches at every hint and every reconnect."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.foundation.live.reads import current_seq
from bangban.registry.halls.models import DeviceKind
from bangban.registry.halls.reads import AreaView, Hall, WindowView, hall
from bangban.registry.org.reads import place
from bangban.surfaces.hall.boards import feed, windows
from bangban.surfaces.hall.places import hall_by_code
from bangban.surfaces.web.devices import device_here
from bangban.surfaces.web.errors import problem, refused, status_of

UNPAIRED = "这台屏幕还没有登记。请大厅值班长在“大厅设置—终端”中登记叫号屏，再用给出的配对链接打开。"


def _area(plan: Hall, code: str) -> AreaView | None:
    if not code:
        return None
    found = next((area for area in plan.areas.values() if area.code == code), None)
    if found is None:
        raise NotYours("没有找到这个等候区，请核对屏幕地址中的区域代码。")
    return found


def _window(plan: Hall, window_id: int) -> WindowView:
    found = plan.windows.get(window_id)
    if found is None:
        raise NotYours("没有找到这个窗口，请核对屏幕地址。")
    return found


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Lead a machine that was set up as a board to its own screen: its window's, its area's, or the whole hall's."""
    device = device_here(request, DeviceKind.BOARD)
    body = place(device.body_id) if device else None
    plan = hall(body.id) if body else None
    if device is None or body is None or plan is None:
        return refused(request, NotYours(UNPAIRED))
    target = reverse("boards:board", args=[body.code])
    if device.window_id in plan.windows:
        target = reverse("boards:window", args=[body.code, device.window_id])
    elif device.area_id in plan.areas:
        target += f"?{urlencode({'area': plan.areas[device.area_id].code})}"
    return HttpResponse(status=302, headers={"Location": target})


@require_safe
def board(request: HttpRequest, code: str) -> HttpResponse:
    """Show the calls of a hall, or of one area with `area`; `voice=off` for a screen that shall not speak."""
    try:
        body, plan = hall_by_code(code)
        area = _area(plan, request.GET.get("area", ""))
    except FlowError as refusal:
        return refused(request, refusal)
    seq, answer = current_seq(), feed.answer(body, plan, area)
    query = f"?{urlencode({'area': area.code})}" if area else ""
    context = {
        "title": body.name,
        "place": f"{area.name} · {area.floor}" if area else "叫号大屏",
        "state_url": reverse("boards:state", args=[body.code]) + query,
        "voice": request.GET.get("voice", "") != "off",
        "topic": f"hall:{body.id}",
        "seq": seq,
        "answer": answer,
    }
    return _page(request, context)


@require_safe
def board_state(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with the whole state of a board."""
    try:
        body, plan = hall_by_code(code)
        area = _area(plan, request.GET.get("area", ""))
    except FlowError as refusal:
        return problem(request, status_of(refusal), refusal.sentence)
    return _answer(request, feed.answer(body, plan, area))


@require_safe
def window(request: HttpRequest, code: str, window_id: int) -> HttpResponse:
    """Show the screen above one window."""
    try:
        body, plan = hall_by_code(code)
        found = _window(plan, window_id)
    except FlowError as refusal:
        return refused(request, refusal)
    context = {
        "title": found.label,
        "place": body.name,
        "state_url": reverse("boards:window_state", args=[body.code, found.id]),
        "voice": False,
        "topic": f"hall:{body.id}",
        "seq": current_seq(),
        "answer": windows.window_answer(plan, found),
    }
    return _page(request, context)


@require_safe
def window_state(request: HttpRequest, code: str, window_id: int) -> HttpResponse:
    """Answer with the whole state of the screen above a window."""
    try:
        _, plan = hall_by_code(code)
        found = _window(plan, window_id)
    except FlowError as refusal:
        return problem(request, status_of(refusal), refusal.sentence)
    return _answer(request, windows.window_answer(plan, found))


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(render_to_string("hall/boards/board.html", context, request))
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer(request: HttpRequest, state: dict[str, Any]) -> HttpResponse:
    device_here(request, DeviceKind.BOARD)
    response = JsonResponse(state, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "no-store"
    return response
