"""取号: from what somebody says to a class of business, and to a ticket (DB23-6.3.2-a, DB23-6.3.2-b, DB23-7.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.registry.catalog.reads import item_id_of
from bangban.registry.halls.defaults import FLAGS
from bangban.registry.halls.reads import ClassView, find_classes
from bangban.registry.org.reads import place
from bangban.services.assistant.reads import search_items
from bangban.services.queues.actions import Issued, NewTicket, issue
from bangban.services.queues.reads import ClassState, hall_state
from bangban.surfaces.api.limits import spend
from bangban.surfaces.hall.kiosk.qr import picture
from bangban.surfaces.hall.kiosk.screen import Terminal, at_kiosk, screen
from bangban.surfaces.hall.kiosk.waits import doors, expected_words, where
from bangban.surfaces.portal.pages import see
from bangban.surfaces.web.errors import status_of

TICKETS_PER_MINUTE = 20
LONGEST_TEXT, LONGEST_KEY = 60, 64
MOST_WORDS, WORDS_EACH, MOST_ITEMS = 12, 3, 4


@dataclass(frozen=True)
class Tile:
    """A class as one presses it: how many wait, how long it takes, where one waits."""

    klass: ClassView
    waiting: int
    expected: str


@dataclass(frozen=True)
class ItemTile:
    """An item that fits what was said, with the class in which it is handled here."""

    code: str
    name: str
    klass: ClassView


@require_safe
@at_kiosk
def choose(request: HttpRequest, here: Terminal) -> HttpResponse:
    """Ask what somebody comes for: classes, frequent words, and what the words that were said may mean."""
    opening = doors(here.plan, here.language)
    if not opening.open:
        return closed(request, here)
    text = request.GET.get("q", "").strip()[:LONGEST_TEXT]
    states = states_of(here)
    context: dict[str, Any] = {"q": text, "words": frequent_words(here), "items": [], "found": []}
    if text:
        hits = search_items(text, MOST_ITEMS)
        fitting = find_classes(here.body_id, text, tuple(hit.id for hit in hits))
        handled = [(hit, here.plan.class_of_item(hit.id)) for hit in hits]
        context["items"] = [ItemTile(hit.code, hit.name, klass) for hit, klass in handled if klass]
        context["found"] = [_tile(klass, states, here) for klass in fitting]
    else:
        context["tiles"] = [_tile(klass, states, here) for klass in here.plan.classes.values()]
    return screen(request, here, "hall/kiosk/take.html", context)


def states_of(here: Terminal) -> dict[int, ClassState]:
    """Return the classes of the hall as they stand, by id."""
    state = hall_state(here.body_id)
    return {one.klass.id: one for one in state.classes} if state else {}


def _tile(klass: ClassView, states: dict[int, ClassState], here: Terminal) -> Tile:
    state = states.get(klass.id)
    expected = expected_words(state.expected_seconds if state else None, here.language)
    return Tile(klass, state.waiting if state else 0, expected)


def frequent_words(here: Terminal) -> list[str]:
    """Return words to tap: what people say for the classes of this hall, some of each."""
    each = [klass.words[:WORDS_EACH] for klass in here.plan.classes.values()]
    return list(dict.fromkeys(word for words in each for word in words))[:MOST_WORDS]


def closed(request: HttpRequest, here: Terminal, status: int = 200) -> HttpResponse:
    """Say when the hall opens, and offer what goes without it: booking on the phone, guides here."""
    context = {"doors": doors(here.plan, here.language), "booking_qr": picture(booking_page(here))}
    return screen(request, here, "hall/kiosk/closed.html", context, status)


def booking_page(here: Terminal) -> str:
    """Return where one books a time at this hall on the phone."""
    body = place(here.body_id)
    return f"{reverse('appointments:new')}?{urlencode({'place': body.code if body else ''})}"


@require_http_methods(["GET", "HEAD", "POST"])
@at_kiosk
def take(request: HttpRequest, here: Terminal, class_id: int) -> HttpResponse:
    """Show what a ticket of a class means here, take priority and telephone, and issue it."""
    klass = here.plan.classes.get(class_id)
    if klass is None:
        raise NotYours("没有这个业务类别，请返回重新选择。")
    if not doors(here.plan, here.language).open:
        return closed(request, here, 409 if request.method == "POST" else 200)
    if request.method != "POST":
        return _confirm(request, here, klass, {"item": request.GET.get("item", "")})
    spend(f"kiosk:{here.device.id}", TICKETS_PER_MINUTE)
    given = {
        "flags": [flag for flag, _, _ in priorities(here) if flag in request.POST.getlist("flags")],
        "phone": request.POST.get("phone", "").strip()[:20],
        "item": request.POST.get("item", "")[:100],
        "press": request.POST.get("client_id", "")[:LONGEST_KEY],
    }
    try:
        issued = _issue(here, klass, given)
    except FlowError as error:
        fields = [here.say(sentence) for sentence in error.details.get("fields", {}).values()]
        sentence = " ".join(fields) or here.say(error.sentence)
        return _confirm(request, here, klass, {**given, "error": sentence}, status_of(error))
    return see(reverse("kiosk:ticket", args=[issued.ticket.number, issued.code]))


def _issue(here: Terminal, klass: ClassView, given: dict[str, Any]) -> Issued:
    new = NewTicket(
        body_id=here.body_id,
        class_id=klass.id,
        item_id=item_id_of(given["item"]) if given["item"] else None,
        flags=tuple(given["flags"]),
        phone=given["phone"],
        client_key=given["press"],
    )
    return issue(here.actor, new)


def _confirm(
    request: HttpRequest, here: Terminal, klass: ClassView, given: dict[str, Any], status: int = 200
) -> HttpResponse:
    tile = _tile(klass, states_of(here), here)
    context = {
        "klass": klass,
        "where": where(klass.area.floor, klass.area.name),
        "ahead": tile.waiting,
        "expected": tile.expected,
        "flags": priorities(here),
        "given": {"flags": [], "phone": "", "item": "", "press": "", **given},
        "press": given.get("press") or uuid4().hex,
        "error": given.get("error", ""),
    }
    return screen(request, here, "hall/kiosk/confirm.html", context, status)


def priorities(here: Terminal) -> list[tuple[str, str, int]]:
    """Return the flags one may ask for, with label and minutes ahead, by the hall's published rule (DB23-6.7.3)."""
    credits = here.plan.rules.credits
    asked = [(flag, label, credits.get(flag)) for flag, label in FLAGS.items() if flag != "appointment"]
    return [(flag, label, round(ahead.total_seconds() / 60)) for flag, label, ahead in asked if ahead]
