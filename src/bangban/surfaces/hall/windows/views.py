"""The window panel: open a window, call, serve, finish, send on, pause, close (DB23-7.1, DB23-6.3.2-b)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.registry.catalog.reads import cards
from bangban.registry.halls.defaults import FLAGS
from bangban.registry.halls.models import WindowKind
from bangban.registry.halls.reads import hall
from bangban.services.queues import actions
from bangban.services.queues.actions.calling import RESULTS
from bangban.services.queues.reads import Panel, hall_state, panel
from bangban.surfaces.desk import pages
from bangban.surfaces.hall.places import chosen_hall, halls_of
from bangban.surfaces.hall.windows.doing import press
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import whole

PERMISSION = "tickets.serve"
LAST_WINDOW = "hall_last_window"
PAUSES = ("用餐", "短暂离开", "设备故障", "整理材料", "系统故障")
CHOSEN_RESULTS = [(code, label) for code, label in RESULTS.items() if code != "unrecorded"]


@dataclass(frozen=True)
class Told:
    """What the panel says back, with what was typed, so that nothing is lost."""

    sentence: str = ""
    tone: str = "info"
    place: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    classes: tuple[int, ...] = ()


NOTHING = Told()


@require_safe
@pages.staff(PERMISSION)
def window(request: HttpRequest) -> HttpResponse:
    """Show the own window, or the choice of one."""
    return show(request)


@require_safe
@pages.staff(PERMISSION, quiet=True)
def part(request: HttpRequest) -> HttpResponse:
    """Answer the panel anew after something happened at this window."""
    return show(request)


@require_safe
@pages.staff(PERMISSION, quiet=True)
def coming(request: HttpRequest) -> HttpResponse:
    """Answer who comes next."""
    own = panel(pages.desk_actor(request))
    return pages.part(request, "hall/windows/_coming.html", {"own": own, "flags": FLAGS, "alone": True})


@require_POST
@pages.staff(PERMISSION)
def open_one(request: HttpRequest) -> HttpResponse:
    """Open a window with classes."""
    actor, chosen = pages.desk_actor(request), request.POST.get("window", "")
    classes = tuple(number for one in request.POST.getlist("classes") if (number := whole(one)) is not None)
    body, _ = chosen_hall(actor, request.GET.get("hall", ""))
    try:
        if (window := whole(chosen)) is None:
            raise Incomplete("请选择窗口。", fields={"window": "请选择窗口。"})
        actions.open_window(actor, body.id, window, classes)
    except NotYours:
        raise
    except FlowError as refusal:
        typed = {"window": chosen}
        return show(request, Told(refusal.sentence, "danger", "open", typed, classes), status_of(refusal))
    request.session[LAST_WINDOW] = window
    return pages.done(request, reverse("windows:window"))


@require_POST
@pages.staff(PERMISSION)
def do(request: HttpRequest, action: str) -> HttpResponse:
    """Do what a button of the panel says."""
    try:
        sentence = press(pages.desk_actor(request), action, request.POST)
    except FlowError as refusal:
        typed = {name: str(value)[:200] for name, value in request.POST.items()}
        return show(request, Told(refusal.sentence, "warn", action, typed), status_of(refusal))
    if pages.is_part(request) or sentence:
        return show(request, Told(sentence))
    return pages.see(reverse("windows:window"))


def show(request: HttpRequest, told: Told = NOTHING, status: int = 200) -> HttpResponse:
    """Show the panel in its newest state; scripts put it in place only when the answer is a 200."""
    actor = pages.desk_actor(request)
    own = panel(actor)
    context: dict[str, Any] = {"own": own, "told": told, "flags": FLAGS, "me": actor.staff_id, "alone": False}
    context |= _opened(actor, own) if own else _choice(request, actor)
    if pages.is_part(request):
        return pages.part(request, "hall/windows/_panel.html", context)
    body_id = own.body_id if own else context["body"].id
    return pages.page(
        request, "hall/windows/window.html", context, current="window", status=status, topics=(f"hall:{body_id}",)
    )


def _opened(actor: Actor, own: Panel) -> dict[str, Any]:
    plan = hall(own.body_id)
    assert plan is not None
    current = own.current
    item = next(iter(cards([current.item_id])), None) if current and current.item_id else None
    return {
        "item": item,
        "appointment_url": reverse("appointments:desk_one", args=[current.appointment_number])
        if current and current.appointment_number
        else "",
        "results": CHOSEN_RESULTS,
        "pauses": PAUSES,
        "klasses": list(plan.classes.values()),
        "calls_left": plan.rules.call_attempts - current.call_count if current else 0,
        "recall_seconds": plan.rules.recall_seconds,
        "opens_cases": may(actor, "cases.list"),
        "waited": (current.called_at - current.issued_at).total_seconds() if current and current.called_at else None,
    }


def _choice(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    body, plan = chosen_hall(actor, request.GET.get("hall", ""))
    state = hall_state(body.id)
    return {
        "body": body,
        "halls": halls_of(actor),
        "windows": state.windows if state else (),
        "klasses": list(plan.classes.values()),
        "waiting": {one.klass.id: one.waiting for one in state.classes} if state else {},
        "last": request.session.get(LAST_WINDOW),
        "kinds": dict(WindowKind.choices),
    }
