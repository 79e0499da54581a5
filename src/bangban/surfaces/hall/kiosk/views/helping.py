"""叫工作人员: a call from this machine to the guidance desk, with the number of the terminal (DB23-6.3.2-d)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.services.counter.actions import request_help
from bangban.services.counter.reads import help_status
from bangban.surfaces.api.limits import spend
from bangban.surfaces.hall.kiosk.screen import Terminal, at_kiosk, screen
from bangban.surfaces.portal.pages import see

CALLS_PER_MINUTE = 10
DOING = {
    "take": "取号",
    "class": "取号",
    "checkin": "预约取号",
    "progress": "查排队",
    "places": "找地方",
    "items": "查事项",
    "guide": "查事项",
    "ticket": "拿号之后",
}


@require_POST
@at_kiosk
def ask(request: HttpRequest, here: Terminal) -> HttpResponse:
    """Call somebody to this machine; a second press is the same call."""
    spend(f"kiosk-help:{here.device.id}", CALLS_PER_MINUTE)
    call = request_help(
        here.actor,
        here.body_id,
        "kiosk",
        here.device.place or f"自助终端{here.device.code}",
        terminal=here.device.code,
        note=_doing(request.POST.get("at", "")),
    )
    return see(reverse("kiosk:coming", args=[call.number]))


def _doing(path: str) -> str:
    """Say on which screen help was asked for, so that whoever comes knows; never what was typed there."""
    try:
        name = resolve(path.split("?", maxsplit=1)[0]).url_name or ""
    except Resolver404:
        return ""
    return f"在自助终端上：{DOING[name]}" if name in DOING else ""


@require_safe
@at_kiosk
def coming(request: HttpRequest, here: Terminal, number: str) -> HttpResponse:
    """Say that somebody was told, and when somebody is on the way; the screen asks again by itself."""
    context = {"call": help_status(here.body_id, number)}
    return screen(request, here, "hall/kiosk/coming.html", context)
