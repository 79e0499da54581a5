"""A ticket on the phone: opened by the code of the slip, followed live, left, taken up again, rated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, NotAllowed, NotYours
from bangban.foundation.live.reads import current_seq
from bangban.oversight.evaluation.actions import rate as store
from bangban.oversight.evaluation.models import InvitationState
from bangban.oversight.evaluation.reads import InvitationView, invitation_for
from bangban.services.queues.actions import leave, rejoin
from bangban.services.queues.models import Ticket
from bangban.services.queues.reads import TicketView, ticket_by_code, ticket_view
from bangban.surfaces.hall.kiosk.standing import standing
from bangban.surfaces.portal.language import say
from bangban.surfaces.portal.pages import citizen, page, part, see
from bangban.surfaces.portal.views.rating import grades
from bangban.surfaces.portal.visitors import keep_code, language_of, visitor
from bangban.surfaces.web.errors import status_of

LOST = "没有找到这个排队号。小票上的码只在当天有用，请重新扫一次，或到咨询引导台查询。"
BAD = ("dissatisfied", "very_dissatisfied")


@require_safe
@citizen
def opened(request: HttpRequest, code: str) -> HttpResponse:
    """Let this browser be the holder of a slip, and show the ticket."""
    ticket = ticket_by_code(code)
    if ticket is None:
        raise NotYours(LOST)
    keep_code(request, code)
    return see(reverse("kiosk:phone", args=[ticket.number]))


@require_safe
@citizen
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """Show number, state, people ahead, wait, area, window and way; it follows by itself."""
    return _page(request, ticket_view(visitor(request), number))


@require_safe
@citizen
def now_part(request: HttpRequest, number: str) -> HttpResponse:
    """Answer with what changes on the page."""
    view = ticket_view(visitor(request), number)
    answer = part(request, "hall/kiosk/_ticket_now.html", standing(view, language_of(request)))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _page(request: HttpRequest, view: TicketView, error: str = "", status: int = 200) -> HttpResponse:
    language = language_of(request)
    topics = () if view.state in ("done", "left", "expired") else (f"ticket:{view.number}", f"hall:{view.body_id}")
    context = {**standing(view, language), "error": error}
    return page(
        request, "hall/kiosk/ticket.html", context, status=status, topics=topics, after=current_seq(),
        path=reverse("kiosk:phone", args=[view.number]),
    )  # fmt: skip


def _done(request: HttpRequest, number: str, act: Callable[[Actor, str], Ticket]) -> HttpResponse:
    actor = visitor(request)
    try:
        act(actor, number)
    except NotYours:
        raise
    except FlowError as error:
        sentence = say(language_of(request), error.sentence)
        return _page(request, ticket_view(actor, number), sentence, status_of(error))
    return see(reverse("kiosk:phone", args=[number]))


@require_POST
@citizen
def rejoin_line(request: HttpRequest, number: str) -> HttpResponse:
    """Come back after a missed call, within the grace time (F5.04)."""
    return _done(request, number, rejoin)


@require_POST
@citizen
def leave_line(request: HttpRequest, number: str) -> HttpResponse:
    """No longer wait: the place is free for others."""
    return _done(request, number, leave)


@require_http_methods(["GET", "HEAD", "POST"])
@citizen
def rate_visit(request: HttpRequest, number: str) -> HttpResponse:
    """Rate the visit to the window, once, from the own phone (DB23-8.1.1)."""
    actor = visitor(request)
    invitation = invitation_for(actor, number)
    if invitation is None:
        raise NotAllowed("服务还没有结束，结束后会邀请您评价。")
    if request.method != "POST":
        return _rating(request, invitation, {})
    typed: dict[str, Any] = {
        "grade": request.POST.get("grade", ""),
        "chosen": request.POST.getlist("options"),
        "text": request.POST.get("text", ""),
    }
    try:
        store(actor, number, typed["grade"], typed["chosen"], typed["text"])
    except NotYours:
        raise
    except FlowError as error:
        fields = error.details.get("fields", {})
        typed["error"] = say(language_of(request), next(iter(fields.values()), error.sentence))
        return _rating(request, invitation, typed, status_of(error))
    return page(request, "hall/kiosk/rated.html", {"number": number, "bad": typed["grade"] in BAD})


def _rating(request: HttpRequest, invitation: InvitationView, typed: dict[str, Any], status: int = 200) -> HttpResponse:
    rated = invitation.state == InvitationState.RATED
    context = {
        "number": invitation.number,
        "grades": grades(invitation, language_of(request)),
        "typed": {"grade": "", "chosen": [], "text": "", "error": "", **typed},
        "given": dict(invitation.grades).get(invitation.given, "") if rated else "",
        "closes_at": invitation.closes_at,
    }
    return page(request, "hall/kiosk/rate.html", context, status=status)
