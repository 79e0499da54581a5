"""The first screen of a kiosk, and its switches."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.services.queues.reads import hall_state
from bangban.surfaces.hall.kiosk.screen import Terminal, at_kiosk, screen
from bangban.surfaces.hall.kiosk.settings import Look, forget_look, keep_look, setup_of
from bangban.surfaces.hall.kiosk.waits import doors, expected_words
from bangban.surfaces.portal.pages import local, see

MOST_CLASSES = 4


@dataclass(frozen=True)
class Waiting:
    """A class on the first screen: how many wait and how long one would."""

    name: str
    waiting: int
    expected: str


@require_safe
@at_kiosk
def home(request: HttpRequest, here: Terminal) -> HttpResponse:
    """Show the first screen as it stands for the next person: language, type and controls begin anew."""
    setup = setup_of(request)
    fresh = Terminal(here.device, here.plan, here.name, setup, Look(low=setup.low, voice=setup.voice))
    response = _first(request, fresh)
    forget_look(response)
    return response


@require_safe
@at_kiosk
def menu(request: HttpRequest, here: Terminal) -> HttpResponse:
    """Show the first screen to the same person."""
    return _first(request, here)


def _first(request: HttpRequest, here: Terminal) -> HttpResponse:
    state = hall_state(here.body_id)
    fullest = sorted(state.classes if state else (), key=lambda one: -one.waiting)[:MOST_CLASSES]
    rows = [
        Waiting(one.klass.called(here.language), one.waiting, expected_words(one.expected_seconds, here.language))
        for one in fullest
    ]
    context = {"doors": doors(here.plan, here.language), "classes": rows}
    return screen(request, here, "hall/kiosk/home.html", context)


@require_POST
@at_kiosk
def look(request: HttpRequest, here: Terminal) -> HttpResponse:
    """Turn one switch (language, large type, low controls, voice) and stay on the screen."""
    response = see(local(request, request.POST.get("next", ""), reverse("kiosk:menu")))
    keep_look(response, here.look.switched(request.POST.get("switch", "")))
    return response
