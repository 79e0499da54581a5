"""The rating device at a window: who serves there, and the five grades as soon as a service has ended (DB23-8.1.1)."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.duties import DUTIES
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError, NotAllowed
from bangban.foundation.live.reads import current_seq
from bangban.oversight.evaluation.actions import rate
from bangban.oversight.evaluation.reads import InvitationView, waiting_at_window
from bangban.registry.halls.models import DeviceKind
from bangban.registry.halls.reads import DeviceView, hall
from bangban.registry.org.reads import colleagues, place
from bangban.services.queues.reads import HallState, WindowState, hall_state
from bangban.surfaces.hall.kiosk.screen import answer, unknown_machine
from bangban.surfaces.portal.views.rating import grades
from bangban.surfaces.web.devices import actor_of_device, device_here
from bangban.surfaces.web.errors import status_of

KEEP_SECONDS = 2
POSTS = ("window_clerk", "dedicated_consultant", "hall_manager", "hall_guide")
BAD = ("dissatisfied", "very_dissatisfied")
_kept: dict[int, tuple[float, HallState | None]] = {}


def forget() -> None:
    """Drop remembered states of halls, for tests."""
    _kept.clear()


def _hall_now(body_id: int) -> HallState | None:
    """Return a hall's state, at most two seconds old: a hundred devices ask for it at the same event."""
    known = _kept.get(body_id)
    if known is None or known[0] < time.monotonic():
        known = (time.monotonic() + KEEP_SECONDS, hall_state(body_id))
        _kept[body_id] = known
    return known[1]


@require_safe
def device(request: HttpRequest) -> HttpResponse:
    """Show the device's page: it follows the hall by itself."""
    here = device_here(request, DeviceKind.RATING)
    if here is None or hall(here.body_id) is None:
        return unknown_machine(request, here)
    body = place(here.body_id)
    context = {
        **_part(here, ""),
        "topic": f"hall:{here.body_id}",
        "after": current_seq(),
        "body": body.name if body else "",
        "code": here.code,
    }
    return answer(request, "zh", "hall/kiosk/rating.html", context)


@require_safe
def now_part(request: HttpRequest) -> HttpResponse:
    """Answer with what the device shows now; `passed` names a ticket whose person has gone without rating."""
    here = device_here(request, DeviceKind.RATING)
    if here is None or hall(here.body_id) is None:
        return unknown_machine(request, here)
    return answer(request, "zh", "hall/kiosk/_rating_now.html", _part(here, request.GET.get("passed", "")))


@require_POST
def give(request: HttpRequest) -> HttpResponse:
    """Store the rating of the ticket that this window has just served, and of no other."""
    here = device_here(request, DeviceKind.RATING)
    if here is None or here.window_id is None:
        return unknown_machine(request, here)
    number, grade = request.POST.get("number", "")[:40], request.POST.get("grade", "")
    try:
        asked = waiting_at_window(here.window_id)
        if asked is None or asked.number != number:
            raise NotAllowed("这次评价已经结束，谢谢您。您还可以在手机的排队号页面上评价。")
        rate(actor_of_device(here), number, grade, request.POST.getlist("options"))
    except FlowError as error:
        words = " ".join(error.details.get("fields", {}).values()) or error.sentence
        return answer(
            request, "zh", "hall/kiosk/_rating_said.html", {"title": words, "text": "", "bad": True}, status_of(error)
        )
    text = "我们会尽快核实情况并整改。" if grade in BAD else "您的评价会计入服务统计。"
    return answer(request, "zh", "hall/kiosk/_rating_said.html", {"title": "谢谢您的评价", "text": text, "bad": False})


def _part(here: DeviceView, passed: str) -> dict[str, Any]:
    asked = waiting_at_window(here.window_id) if here.window_id else None
    if asked is not None and asked.number == passed:
        asked = None
    window = _window(here)
    return {
        "window": window,
        "label": window.window.label if window else here.code,
        "staff": _staff(window),
        "classes": _classes(here, window),
        "asked": asked.number if asked else "",
        "grades": _grades(asked),
    }


def _grades(asked: InvitationView | None) -> list[dict[str, Any]]:
    return grades(asked, "zh") if asked else []


def _window(here: DeviceView) -> WindowState | None:
    state = _hall_now(here.body_id)
    return next((one for one in (state.windows if state else ()) if one.window.id == here.window_id), None)


def _classes(here: DeviceView, window: WindowState | None) -> list[str]:
    plan = hall(here.body_id)
    return [plan.classes[one].name for one in window.classes if one in plan.classes] if plan and window else []


def _staff(window: WindowState | None) -> dict[str, str] | None:
    """Return name, work number and post of whoever serves at the window (DB23-5.2.4)."""
    found = colleagues(now(), staff_id=window.staff_id) if window and window.staff_id else []
    for one in found:
        post = next((DUTIES[duty] for duty in POSTS if duty in one.duties), "窗口人员")
        return {"name": one.name, "number": one.work_number, "post": post, "body": one.body_name}
    return None
