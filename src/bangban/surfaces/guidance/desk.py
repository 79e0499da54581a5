"""The specialist's side: give the entry, list materials, suggest values, check twice, conclude (T637-8.3.2, -8.3.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.services.guidance import actions
from bangban.services.guidance.reads import guidance_view
from bangban.services.guidance.terms import Verdict
from bangban.surfaces.desk.pages import address_of, desk_actor, is_part, page, part, see, staff
from bangban.surfaces.guidance.forms import LONGEST, NOTHING, Told, answers_in, refused
from bangban.surfaces.web.errors import status_of

PERMISSION = "cases.list"


@require_safe
@staff(PERMISSION, quiet=True)
def panel(request: HttpRequest, number: str) -> HttpResponse:
    """Answer with the panel; opened by itself, it is a page."""
    return show(request, number)


def show(
    request: HttpRequest, number: str, told: Told = NOTHING, status: int = 200, revealed: Any = None
) -> HttpResponse:
    """Show guidance in its newest state with what could not be done; scripts put a panel in place only when it is a 200."""
    view = guidance_view(desk_actor(request), number)
    context = {"guidance": view, "told": told, "verdicts": Verdict.choices, "revealed": revealed or {}}
    if is_part(request):
        return part(request, "guidance/desk_panel.html", context)
    topics = (f"case:{view.number}",)
    return page(request, "guidance/desk_page.html", context, current="cases", status=status, topics=topics)


def _do(
    request: HttpRequest, number: str, place: str, act: Callable[[Actor], Any], typed: dict[str, str] | None = None
) -> HttpResponse:
    try:
        act(desk_actor(request))
    except NotYours:
        raise
    except FlowError as error:
        return show(request, number, refused(error, place, typed), status_of(error))
    if is_part(request):
        return show(request, number)
    return see(f"{reverse('guidance:desk_panel', args=[number])}#guidance-{place}")


@require_POST
@staff(PERMISSION)
def entry(request: HttpRequest, number: str) -> HttpResponse:
    """Send the filing entry."""
    return _do(request, number, "entry", lambda actor: actions.send_entry(actor, number))


@require_POST
@staff(PERMISSION)
def answers(request: HttpRequest, number: str) -> HttpResponse:
    """Note the person's situation and make the list."""
    said = answers_in(request)
    return _do(request, number, "materials", lambda actor: actions.save_answers(actor, number, said), said)


@require_POST
@staff(PERMISSION)
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Send the personal list."""
    return _do(request, number, "materials", lambda actor: actions.send_list(actor, number))


@require_POST
@staff(PERMISSION)
def start(request: HttpRequest, number: str) -> HttpResponse:
    """Begin the draft form for the person."""
    return _do(request, number, "form", lambda actor: actions.start_form(actor, number))


@require_POST
@staff(PERMISSION)
def suggest(request: HttpRequest, number: str) -> HttpResponse:
    """Propose a value."""
    code, value, note = (request.POST.get(name, "")[:LONGEST] for name in ("field", "value", "note"))
    typed = {"field": code, "value": value, "note": note}
    return _do(request, number, "form", lambda actor: actions.suggest_value(actor, number, code, value, note), typed)


@require_POST
@staff("personal_data.reveal")
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """Show one masked value in full, once, with a reason that the person can read."""
    code, reason = request.POST.get("field", ""), request.POST.get("reason", "")[:500]
    try:
        value = actions.reveal_field(desk_actor(request), number, code, reason, address_of(request))
    except NotYours:
        raise
    except FlowError as error:
        return show(request, number, refused(error, "form", {"reason": reason}), status_of(error))
    return show(request, number, revealed={code: value})


@require_POST
@staff(PERMISSION)
def check(request: HttpRequest, number: str) -> HttpResponse:
    """Begin both checks."""
    return _do(request, number, "checks", lambda actor: actions.start_checks(actor, number))


@require_POST
@staff(PERMISSION)
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm the automatic results of one list."""
    kind = request.POST.get("kind", "")
    return _do(request, number, "checks", lambda actor: actions.confirm_findings(actor, number, kind))


@require_POST
@staff(PERMISSION)
def review(request: HttpRequest, number: str, finding_id: UUID) -> HttpResponse:
    """Confirm or override one line."""
    verdict, note = request.POST.get("verdict", ""), request.POST.get("note", "")[:LONGEST]
    typed = {"finding": str(finding_id), "verdict": verdict, "note": note}
    return _do(
        request, number, "checks", lambda actor: actions.review_finding(actor, number, finding_id, verdict, note), typed
    )


@require_POST
@staff(PERMISSION)
def conclude(request: HttpRequest, number: str) -> HttpResponse:
    """End the checks: one correction notice, or ready for review."""
    return _do(request, number, "checks", lambda actor: actions.conclude_checks(actor, number))
