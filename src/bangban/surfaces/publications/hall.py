"""What the screens and boards of a place fetch: LED feed, touch-screen pages, the sheet for the board (DB23-6.2.1.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import NotYours
from bangban.registry.org.reads import Place, tree
from bangban.services.publications import actions, reads
from bangban.services.publications.rules import schedule_text
from bangban.services.publications.terms import Target
from bangban.surfaces.desk import times
from bangban.surfaces.portal.pages import citizen
from bangban.surfaces.web.errors import problem
from bangban.surfaces.web.given import whole

AGAIN_AFTER = 30
ON_ONE_SCREEN = 7
SIZES = ("a4", "a3")
NO_PLACE = "没有找到这个机构，请核对屏幕地址中的机构代码。"
View = Callable[..., HttpResponse]


def _place(code: str) -> Place:
    place = tree().by_code.get(code)
    if place is None:
        raise NotYours(NO_PLACE)
    return place


def _device(request: HttpRequest) -> str:
    """The name that the screen was given in its address, else where it asks from."""
    return request.GET.get("device", "").strip()[:60] or str(request.META.get("REMOTE_ADDR", ""))


def _note(request: HttpRequest, target: Target, place: Place, shown: Sequence[UUID]) -> None:
    if request.method == "GET":
        actions.note_refresh(target, place.id, shown, _device(request), now())


def _fresh(view: View) -> View:
    """A screen asks again and again; no cache between may answer it."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answered


@require_safe
@_fresh
def led(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with the short texts of a place and when each plays; a controller asks again after `again_after` seconds."""
    try:
        place = _place(code)
    except NotYours as refusal:
        return problem(request, 404, refusal.sentence)
    moment = now()
    messages = reads.led_messages(place, moment)
    _note(request, Target.LED, place, [one.id for one in messages])
    return JsonResponse(
        {
            "place": {"code": place.code, "name": place.name},
            "now": times.iso(moment),
            "again_after": AGAIN_AFTER,
            "messages": [
                {
                    "number": one.number,
                    "text": one.text,
                    "seconds": one.seconds,
                    "weekdays": one.weekdays,
                    "spans": [{"from": start, "to": end} for start, end in one.spans],
                    "schedule": schedule_text([day - 1 for day in one.weekdays], one.spans, one.seconds),
                    "valid_from": one.valid_from.isoformat(),
                    "valid_to": one.valid_to.isoformat() if one.valid_to else None,
                    "playing": one.playing,
                }
                for one in messages
            ],
        },
        json_dumps_params={"ensure_ascii": False},
    )


def _screen(request: HttpRequest, template: str, place: Place, context: dict[str, Any]) -> HttpResponse:
    device = request.GET.get("device", "").strip()[:60]
    words = {
        "place": place,
        "at": now(),
        "query": f"?{urlencode({'device': device})}" if device else "",
        "centre": next((tree().by_id[one] for one in reversed(place.path) if tree().by_id[one].phone), place),
    }
    return HttpResponse(render_to_string(template, {**words, **context}, request))


@require_safe
@citizen
@_fresh
def notices(request: HttpRequest, code: str) -> HttpResponse:
    """Show what the touch screen of a place shows today, a screenful at a time."""
    place = _place(code)
    found = reads.on_output(place, Target.TOUCH_SCREEN, business_date(now()))
    _note(request, Target.TOUCH_SCREEN, place, [one.id for one in found])
    pages = max(1, -(-len(found) // ON_ONE_SCREEN))
    number = min(pages, whole(request.GET.get("page", "")) or 1)
    here, device = reverse("publications:screen", args=[place.code]), request.GET.get("device", "").strip()[:60]
    turn = [
        f"{here}?{urlencode({'page': to, **({'device': device} if device else {})})}" if 1 <= to <= pages else ""
        for to in (number - 1, number + 1)
    ]
    context = {
        "rows": found[(number - 1) * ON_ONE_SCREEN : number * ON_ONE_SCREEN],
        "number": number,
        "pages": pages,
        "back": turn[0],
        "forward": turn[1],
    }
    return _screen(request, "publications/hall_notices.html", place, context)


@require_safe
@citizen
@_fresh
def notice(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Show one publication on the touch screen; after two quiet minutes the list comes back by itself."""
    place = _place(code)
    found = reads.one_on_output(place, Target.TOUCH_SCREEN, number, business_date(now()))
    return _screen(request, "publications/hall_notice.html", place, {"notice": found})


@require_safe
@citizen
@_fresh
def board_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Show the sheet for the board in A4 or A3: everything in force for it, or one publication."""
    place, size = _place(code), request.GET.get("size", "").lower()
    number, today = request.GET.get("number", "")[:20], business_date(now())
    everything = reads.on_output(place, Target.BOARD_SHEET, today)
    found = [reads.one_on_output(place, Target.BOARD_SHEET, number, today)] if number else everything
    _note(request, Target.BOARD_SHEET, place, [one.id for one in found])
    here, chosen = reverse("publications:board_sheet", args=[place.code]), size if size in SIZES else SIZES[0]
    only = {"number": number} if number else {}
    sizes = [(one.upper(), f"{here}?{urlencode({'size': one, **only})}", one == chosen) for one in SIZES]
    context = {"rows": found, "size": chosen, "sizes": sizes}
    return _screen(request, "publications/hall_sheet.html", place, context)
