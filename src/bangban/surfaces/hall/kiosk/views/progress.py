"""查排队: how a ticket stands, by its number; and back into the queue after a missed call (F5.04)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.services.queues.actions import rejoin
from bangban.services.queues.reads import TicketView, ticket_view
from bangban.services.queues.reads.finding import find_tickets
from bangban.surfaces.hall.kiosk.qr import picture
from bangban.surfaces.hall.kiosk.screen import Terminal, at_kiosk, screen
from bangban.surfaces.hall.kiosk.standing import standing
from bangban.surfaces.portal.pages import see
from bangban.surfaces.web.errors import status_of

LONGEST_LABEL = 8


@require_http_methods(["GET", "HEAD", "POST"])
@at_kiosk
def progress(request: HttpRequest, here: Terminal) -> HttpResponse:
    """Take a number as it is printed and show how it stands; a missed one may come back here."""
    given = request.POST if request.method == "POST" else request.GET
    label = "".join(given.get("q", "").split()).upper()[:LONGEST_LABEL]
    found = _found(here, label)
    if request.method == "POST":
        if found is None:
            raise NotYours("今天没有这个号，请核对小票上的字母和数字。")
        try:
            rejoin(here.actor, found.number)
        except FlowError as refused:
            return _show(request, here, label, found, here.say(refused.sentence), status_of(refused))
        return see(f"{reverse('kiosk:progress')}?{urlencode({'q': label})}")
    error = here.say("今天没有这个号，请核对小票上的字母和数字。") if label and found is None else ""
    return _show(request, here, label, found, error, 404 if error else 200)


def _found(here: Terminal, label: str) -> TicketView | None:
    """Return today's ticket with exactly this number on it."""
    rows = find_tickets(here.actor, here.body_id, label) if label else []
    number = next((row.number for row in rows if row.label == label), "")
    return ticket_view(here.actor, number) if number else None


def _show(
    request: HttpRequest, here: Terminal, label: str, found: TicketView | None, error: str, status: int
) -> HttpResponse:
    context: dict[str, Any] = {
        "label": label,
        "found": found,
        "letters": [klass.letter for klass in here.plan.classes.values()],
        "qr": picture(reverse("portal:find")),
        "error": error,
    }
    return screen(
        request,
        here,
        "hall/kiosk/progress.html",
        {**context, **(standing(found, here.language) if found else {})},
        status,
    )
