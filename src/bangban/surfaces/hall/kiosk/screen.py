"""Making a screen of a kiosk: which machine it is, its frame, and refusals as sentences on a screen that leads on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import engines
from django.urls import reverse
from jinja2 import Environment

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError
from bangban.registry.halls.models import DeviceKind
from bangban.registry.halls.reads import DeviceView, Hall, hall
from bangban.registry.org.reads import place
from bangban.surfaces.api.limits import Busy
from bangban.surfaces.hall.kiosk.settings import Look, Setup, look_of, setup_of
from bangban.surfaces.portal import times
from bangban.surfaces.portal.language import Language, environment_for, say
from bangban.surfaces.web.devices import actor_of_device, device_here
from bangban.surfaces.web.errors import status_of

P = ParamSpec("P")
IDLE_SECONDS = 60
WARN_SECONDS = 15
KEPT_NOWHERE = "no-store"


@dataclass(frozen=True)
class Terminal:
    """A kiosk that is set up: the machine, its hall, and the person's choices."""

    device: DeviceView
    plan: Hall
    name: str
    setup: Setup
    look: Look

    @property
    def actor(self) -> Actor:
        """Return the machine as an actor; its code stands in every event (T637-6.1.5-g)."""
        return actor_of_device(self.device)

    @property
    def body_id(self) -> int:
        """Return the body whose hall this is."""
        return self.plan.body_id

    @property
    def language(self) -> Language:
        """Return the language of the screen."""
        return self.look.language

    def say(self, text: str, *values: object) -> str:
        """Return a sentence in the language of the screen."""
        return say(self.language, text, *values)


def at_kiosk(
    view: Callable[Concatenate[HttpRequest, Terminal, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give a view its machine; an unknown one is told how to become known, and every refusal is a screen."""

    @wraps(view)
    def framed(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        device = device_here(request, DeviceKind.KIOSK)
        plan = hall(device.body_id) if device else None
        if device is None or plan is None:
            return unknown_machine(request, device)
        body = place(device.body_id)
        here = Terminal(device, plan, body.name if body else "", setup_of(request), look_of(request))
        try:
            return view(request, here, *args, **kwargs)
        except Busy as busy:
            words = here.say("取号太频繁了，请 {} 秒后再按，或到咨询引导台取号。", busy.seconds)
            return refusal(request, here, words, 429)
        except FlowError as error:
            return refusal(request, here, here.say(error.sentence), status_of(error))

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], framed)


def screen(
    request: HttpRequest, here: Terminal, template: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Answer with one screen; nothing of it is kept anywhere."""
    around = {
        "here": here,
        "look": here.look,
        "setup": here.setup,
        "idle_seconds": IDLE_SECONDS,
        "warn_seconds": WARN_SECONDS,
        "path": _way_back(request),
        "error": "",
    }
    return answer(request, here.language, template, {**around, **(context or {})}, status)


def _way_back(request: HttpRequest) -> str:
    """Return where a switch of language leads: the same screen; the first screen would begin anew."""
    home = reverse("kiosk:home")
    path = request.get_full_path() if request.method == "GET" else request.path
    return reverse("kiosk:menu") if path.split("?")[0] == home else path


def refusal(request: HttpRequest, here: Terminal, sentence: str, status: int) -> HttpResponse:
    """Say on a screen why something does not go and where to go on."""
    return screen(request, here, "hall/kiosk/refused.html", {"error": sentence}, status)


def unknown_machine(request: HttpRequest, device: DeviceView | None = None) -> HttpResponse:
    """Say what to do with a machine that the hall does not know, or whose hall has no business classes yet."""
    context = {"device": device, "kinds": dict(DeviceKind.choices)}
    return answer(request, "zh", "hall/kiosk/unpaired.html", context, 409 if device else 403)


def answer(
    request: HttpRequest, language: Language, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a template of the hall's machines in a language."""
    base = cast(Environment, engines["jinja2"].env)  # type: ignore[attr-defined]
    words = {
        "language": language,
        "t": partial(say, language),
        "csrf": get_token(request),
        "when": lambda moment: times.when(moment, language),
        "iso": times.iso,
        "at": now(),
    }
    text = environment_for(language, base).get_template(template).render({**words, **context})
    response = HttpResponse(text, status=status)
    response.headers["Cache-Control"] = KEPT_NOWHERE
    # The history of a machine keeps one address: a way back never leads to what somebody did before.
    response.headers["HX-Push-Url"] = "false"
    return response
