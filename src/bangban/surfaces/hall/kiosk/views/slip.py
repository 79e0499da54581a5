"""The ticket in the hand: the screen after it was issued, and the slip of 80 mm."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bangban.foundation.privacy.crypto import digest
from bangban.registry.halls.defaults import FLAGS
from bangban.registry.halls.reads import hall
from bangban.services.queues.reads import TicketView, ticket_view
from bangban.surfaces.hall.kiosk.qr import picture_of_ticket
from bangban.surfaces.hall.kiosk.screen import Terminal, answer, at_kiosk, screen
from bangban.surfaces.hall.kiosk.waits import expected_words, where
from bangban.surfaces.portal.language import Language
from bangban.surfaces.portal.pages import citizen
from bangban.surfaces.portal.visitors import language_of
from bangban.surfaces.web.actors import guest

SHOWN_SECONDS = 15


def by_code(number: str, code: str) -> TicketView:
    """Return a ticket to whoever has its slip; NotYours for a wrong pair of number and code."""
    return ticket_view(guest(frozenset({digest(code.encode())}), "kiosk"), number)


def slip_words(ticket: TicketView, code: str, language: Language) -> dict[str, Any]:
    """Return what stands on a slip, beside the ticket itself."""
    plan = hall(ticket.body_id)
    return {
        "ticket": ticket,
        "business": ticket.business(language),
        "expected": expected_words(ticket.expected_seconds, language) if ticket.state == "waiting" else "",
        "where": where(ticket.floor, ticket.area),
        "flags": [FLAGS[flag] for flag in ticket.flags if flag in FLAGS],
        "rules": plan.rules if plan else None,
        "rejoin_minutes": round(plan.rules.rejoin_within.total_seconds() / 60) if plan else 0,
        "qr": picture_of_ticket(code),
    }


@require_safe
@at_kiosk
def on_screen(request: HttpRequest, here: Terminal, number: str, code: str) -> HttpResponse:
    """Show the ticket very large, print it where there is a printer, and go back to the first screen by itself."""
    ticket = by_code(number, code)
    context = {**slip_words(ticket, code, here.language), "shown_seconds": SHOWN_SECONDS}
    return screen(request, here, "hall/kiosk/ticket_here.html", context)


@require_safe
@citizen
def slip(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Show the slip alone, for printing at the guidance desk; `?print=1` prints it at once."""
    language = language_of(request)
    context = {**slip_words(by_code(number, code), code, language), "print": request.GET.get("print") == "1"}
    return answer(request, language, "hall/kiosk/slip_page.html", context)
