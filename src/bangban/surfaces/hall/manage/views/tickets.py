"""The guidance desk's tickets: issue one by what a person says, find one, move it on (DB23-6.3.2-a, DB23-6.3.2-b)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.phones import clean_phone
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.registry.halls.defaults import FLAGS
from bangban.registry.halls.reads import Hall, find_classes
from bangban.registry.org.reads import Place, place
from bangban.services.appointments.actions import check_in as arrive
from bangban.services.queues import actions
from bangban.services.queues.actions import NewTicket
from bangban.services.queues.reads import get_ticket, hall_state, ticket_view
from bangban.services.queues.reads.finding import find_tickets
from bangban.surfaces.desk import acting, finding, pages
from bangban.surfaces.hall.places import chosen_hall
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import whole

PERMISSION = "tickets.issue"
ASKED_FLAGS = {code: label for code, label in FLAGS.items() if code != "appointment"}
LONGEST = 200


def _here(request: HttpRequest) -> tuple[Place, Hall]:
    return chosen_hall(pages.desk_actor(request), request.GET.get("hall", ""))


@require_safe
@pages.staff(PERMISSION)
def tickets(request: HttpRequest) -> HttpResponse:
    """Show the desk: issuing on the left, finding on the right; `made` names the ticket just issued."""
    return show(request)


def show(
    request: HttpRequest,
    refusal: FlowError | None = None,
    typed: dict[str, Any] | None = None,
    arriving: FlowError | None = None,
    said_here: str = "",
) -> HttpResponse:
    """Show the desk with what could not be done and what was typed; `arriving` is about a check-in."""
    actor = pages.desk_actor(request)
    body, plan = _here(request)
    typed = typed or {"said": "", "klass": "", "flags": [], "phone": "", "item": ""}
    made = request.GET.get("made", "")
    context = {
        "body": body,
        "query": f"?hall={body.code}",
        "proposals": proposals(body, plan, typed["said"]),
        "typed": typed,
        "error": refusal,
        "arriving": arriving,
        "problems": dict(refusal.details.get("fields") or {}) if refusal else {},
        "flags": FLAGS,
        "asked_flags": ASKED_FLAGS,
        "made": ticket_view(actor, made) if made else None,
        "slip_url": slip_url(actor, made) if made else "",
        "said_here": said_here,
        "q": request.GET.get("q", "")[:40],
        "found": find_tickets(actor, body.id, request.GET.get("q", "")[:40]),
    }
    failed = refusal or arriving
    status = status_of(failed) if failed else 200
    return pages.page(
        request, "hall/manage/tickets.html", context, current="tickets", status=status, topics=(f"hall:{body.id}",)
    )


def slip_url(actor: Actor, number: str) -> str:
    """Return where the slip of a ticket is printed."""
    return reverse("kiosk:slip", args=[number, get_ticket(actor, number).code]) + "?print=1"


def proposals(body: Place, plan: Hall, said: str) -> dict[str, Any]:
    """Return classes that fit what a person says, best first, with their wait and the items behind them."""
    items = finding.items(said, 5) if said.strip() else []
    found = find_classes(body.id, said, tuple(one.id for one in items)) if said.strip() else list(plan.classes.values())
    state = hall_state(body.id)
    waits = {one.klass.id: one for one in state.classes} if state else {}
    here = [(one, klass) for one in items if (klass := plan.class_of_item(one.id))]
    rest = [klass for klass in plan.classes.values() if klass not in found]
    return {"said": said, "found": found, "rest": rest, "waits": waits, "items": here}


@require_safe
@pages.staff(PERMISSION)
def classes(request: HttpRequest) -> HttpResponse:
    """Answer the classes for what a person says, while it is typed."""
    body, plan = _here(request)
    context = {
        "proposals": proposals(body, plan, request.GET.get("said", "")[:LONGEST]),
        "typed": {"klass": request.GET.get("klass", ""), "item": request.GET.get("item", "")},
        "problems": {},
    }
    return pages.part(request, "hall/manage/_classes.html", context)


@require_safe
@pages.staff(PERMISSION, quiet=True)
def found(request: HttpRequest) -> HttpResponse:
    """Answer the tickets of today that fit, or the latest ones."""
    body, _ = _here(request)
    q = request.GET.get("q", "")[:40]
    rows = find_tickets(pages.desk_actor(request), body.id, q)
    return pages.part(
        request, "hall/manage/_tickets.html", {"found": rows, "flags": FLAGS, "q": q, "query": f"?hall={body.code}"}
    )


@require_POST
@pages.staff(PERMISSION)
def issue(request: HttpRequest) -> HttpResponse:
    """Issue a ticket; the same form again gives the same ticket."""
    actor = pages.desk_actor(request)
    body, _ = _here(request)
    typed = {
        "said": request.POST.get("said", "")[:LONGEST],
        "klass": request.POST.get("klass", ""),
        "flags": request.POST.getlist("flags"),
        "phone": request.POST.get("phone", "")[:40],
        "item": request.POST.get("item", ""),
    }
    try:
        issued = actions.issue(actor, _wanted(body, typed, request.POST.get("client_id", "")))
    except NotYours:
        raise
    except FlowError as refusal:
        return show(request, refusal, typed)
    return pages.see(f"{reverse('hall:tickets')}?hall={body.code}&made={issued.ticket.number}")


@require_POST
@pages.staff(PERMISSION)
def check_in(request: HttpRequest) -> HttpResponse:
    """Turn an appointment into a ticket, by check-in code, telephone number or its own number (DB23-6.5.1.1-b)."""
    body, _ = _here(request)
    said = request.POST.get("said_here", "").strip()[:40]
    given = {"phone": said} if clean_phone(said) else {"code": said} if said.isdecimal() else {"number": said}
    try:
        issued = arrive(pages.desk_actor(request), body_id=body.id, **given)
    except FlowError as refusal:
        return show(request, arriving=refusal, said_here=said)
    return pages.see(f"{reverse('hall:tickets')}?hall={body.code}&made={issued.ticket.number}")


def _wanted(body: Place, typed: dict[str, Any], client_id: str) -> NewTicket:
    # A line of the list is a class, or an item with its class: 12 or 12:5f0c….
    text, _, item = str(typed["klass"]).partition(":")
    klass = whole(text)
    try:
        item_id = UUID(item) if item else None
    except ValueError:
        klass = None
    if klass is None:
        raise Incomplete("请选择要办理的业务。", fields={"klass": "请在列表中选择要办理的业务。"})
    key = f"desk:{client_id[:80]}" if client_id else ""
    return NewTicket(body.id, klass, item_id, tuple(typed["flags"]), typed["phone"], key)


@require_safe
@pages.staff(PERMISSION)
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """Show one ticket with what the desk may do."""
    return _ticket(request, number)


@require_POST
@pages.staff(PERMISSION)
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Move a ticket to another class, give it priority, let it rejoin, or end its wait."""
    actor, posted = pages.desk_actor(request), request.POST
    klass = posted.get("klass", "")
    runs: dict[str, Callable[[], object]] = {
        "move": lambda: actions.move(actor, number, whole(klass)),
        "flag": lambda: actions.flag(actor, number, posted.getlist("flags")),
        "rejoin": lambda: actions.rejoin(actor, number),
        "leave": lambda: actions.leave(actor, number),
    }
    if action not in runs:
        raise Incomplete("没有这个操作，请刷新页面后再试。")
    try:
        acting.once(actor, f"{number}:{action}", posted.get("client_id", ""), runs[action])
    except NotYours:
        raise
    except FlowError as refusal:
        return _ticket(request, number, refusal, {"klass": klass, "flags": posted.getlist("flags")})
    return pages.done(request, reverse("hall:ticket", args=[number]))


def _ticket(
    request: HttpRequest, number: str, refusal: FlowError | None = None, typed: dict[str, Any] | None = None
) -> HttpResponse:
    actor: Actor = pages.desk_actor(request)
    view = ticket_view(actor, number)
    body, plan = chosen_hall(actor, home.code if (home := place(view.body_id)) else "")
    context = {
        "view": view,
        "body": body,
        "query": f"?hall={body.code}",
        "klasses": [one for one in plan.classes.values() if one.id != view.klass_id],
        "flags": FLAGS,
        "slip_url": slip_url(actor, number),
        "asked_flags": {code: label for code, label in ASKED_FLAGS.items() if code not in view.flags},
        "error": refusal.sentence if refusal else "",
        "typed": typed or {"klass": "", "flags": []},
    }
    status = status_of(refusal) if refusal else 200
    return pages.page(
        request, "hall/manage/ticket.html", context, current="tickets", status=status, topics=(f"hall:{body.id}",)
    )
