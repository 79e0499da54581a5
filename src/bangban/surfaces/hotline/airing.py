"""What callers may be made to hear: proposed, approved by another person, withdrawn; and why there is a menu."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.services.telephony import actions, reads
from bangban.services.telephony.models import Audio, AudioState
from bangban.services.telephony.views import AudioView
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.acting import once
from bangban.surfaces.hotline import choosing, wall
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import day_of

TONES = {"proposed": "waiting", "approved": "success", "refused": "danger", "withdrawn": "closed"}
RUNS: dict[str, Callable[[Actor, int, str], Audio]] = {
    "approve": lambda actor, number, reason: actions.approve_audio(actor, number),
    "refuse": actions.refuse_audio,
    "withdraw": actions.withdraw_audio,
}
FIELDS = ("key", "title", "text", "file")


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff("calls.take")
def audio(request: HttpRequest) -> HttpResponse:
    """Show all audio with its review; the form proposes one (GB33358-5.1.2.2-b)."""
    if request.method != "POST":
        return _audio_page(request)
    actor = pages.desk_actor(request)
    given = {name: request.POST.get(name, "")[:2001] for name in FIELDS}
    try:
        once(actor, "audio", request.POST.get("client_id", "")[:80], lambda: actions.propose_audio(actor, **given))
    except NotYours:
        raise
    except FlowError as error:
        return _audio_page(request, error, "propose")
    return pages.done(request, reverse("calls:audio"))


@require_POST
@pages.staff("orders.manage")
def decide(request: HttpRequest, audio: int, action: str) -> HttpResponse:
    """Approve, refuse or withdraw an audio; a refusal comes back on the list with what was typed."""
    actor, run = pages.desk_actor(request), RUNS.get(action)
    if run is None:
        raise Incomplete("没有这个操作。", fields={})
    if audio > 2**62:
        raise NotYours("没有找到这段语音。")
    try:
        run(actor, audio, request.POST.get("reason", "")[:500])
    except NotYours:
        raise
    except FlowError as error:
        return _audio_page(request, error, f"{action}-{audio}")
    return pages.done(request, reverse("calls:audio"))


def _audio_page(request: HttpRequest, error: FlowError | None = None, doing: str = "") -> HttpResponse:
    actor = pages.desk_actor(request)
    context = {
        "rows": [_audio(one) for one in reads.audio()],
        "decides": may(actor, "orders.manage"),
        "doing": doing,
        "error": error.sentence if error else "",
        "problems": error.details.get("fields", {}) if error else {},
        "typed": request.POST,
        "tabs": wall.tabs("audio", actor),
    }
    return pages.page(request, "hotline/audio.html", context, current="wall", status=status_of(error) if error else 200)


def _audio(one: AudioView) -> dict[str, Any]:
    return {"view": one, "state": AudioState(one.state).label, "tone": TONES[one.state]}


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff("calls.wall")
def menu(request: HttpRequest) -> HttpResponse:
    """Show the days on which callers passed a menu; managers record why (GB33358-5.1.2.2-a)."""
    if request.method != "POST":
        return _menu_page(request)
    actor = pages.desk_actor(request)
    try:
        first, last = _day(request, "first", needed=True), _day(request, "last")
        assert first is not None
        once(
            actor,
            "menu",
            request.POST.get("client_id", "")[:80],
            lambda: actions.record_menu_reason(actor, first, last, request.POST.get("reason", "")),
        )
    except NotYours:
        raise
    except FlowError as error:
        return _menu_page(request, error)
    return pages.done(request, reverse("calls:menu"))


def _day(request: HttpRequest, name: str, *, needed: bool = False) -> date | None:
    given = request.POST.get(name, "").strip()
    if not given and not needed:
        return None
    found = day_of(given)
    if found is None:
        raise Incomplete("请选择日期。", fields={name: "请选择日期，例如2026-11-18。"})
    return found


def _menu_page(request: HttpRequest, error: FlowError | None = None) -> HttpResponse:
    first, last = wall.span_of(request, 29)
    actor = pages.desk_actor(request)
    found = reads.deviations(first, last, choosing.center_of(request, actor))
    context = {
        "rows": [[one.day, one.calls, one.reason or "—"] for one in reversed(found)],
        "unexplained": sum(1 for one in found if not one.reason),
        "first": first,
        "last": last,
        "today": business_date(now()),
        "manages": may(actor, "orders.manage"),
        "error": error.sentence if error else "",
        "problems": error.details.get("fields", {}) if error else {},
        "typed": request.POST,
        "tabs": wall.tabs("menu", actor),
        "hotlines": choosing.choices(request, actor),
    }
    return pages.page(request, "hotline/menu.html", context, current="wall", status=status_of(error) if error else 200)
