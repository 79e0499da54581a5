"""The page of a case: talk, progress, story, and what its person may do (T637-8, BJP-5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.foundation.live.reads import current_seq
from bangban.oversight.evaluation.models import InvitationState
from bangban.oversight.evaluation.reads import invitation_for
from bangban.services.appointments.reads import of_case
from bangban.services.cases import actions
from bangban.services.cases.reads import CaseView, case_view
from bangban.services.conversation.actions import mark_read
from bangban.services.conversation.reads import messages, threads
from bangban.surfaces.api.limits import guessing
from bangban.surfaces.portal.hotline_offer import offer_of
from bangban.surfaces.portal.language import say
from bangban.surfaces.portal.lines import around, line_of
from bangban.surfaces.portal.opening import FRESH
from bangban.surfaces.portal.pages import citizen, page, part, see
from bangban.surfaces.portal.visitors import address_of, language_of, visitor
from bangban.surfaces.portal.waiting import place_in_queue
from bangban.surfaces.portal.wording import progress, steps, story, tone
from bangban.surfaces.web.errors import status_of

SHOWN = 200
LAST = 2_000_000_000


@dataclass(frozen=True)
class Typed:
    """What somebody sent that could not be done: given back with the reason, so that nothing is lost."""

    form: str = ""
    text: str = ""
    sentence: str = ""
    choice: str = ""


@require_safe
@citizen
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show the case with its conversation in front; whoever comes by a link of a text message is asked for the code."""
    try:
        return case_page(request, number)
    except NotYours:
        guessing(address_of(request))
        return ask_for_code(request, number)


def ask_for_code(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the same for any number that this browser has not opened yet, whether there is such a case or not."""
    return page(
        request,
        "portal/find.html",
        {"number": number[:20].upper(), "sentence": "", "asked": True},
        tab="mine",
        status=404,
    )


@require_safe
@citizen
def progress_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the case with progress and story in front (on a phone one of the two is seen)."""
    return case_page(request, number, front="progress")


def case_page(
    request: HttpRequest, number: str, *, front: str = "talk", typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    """Show the newest state of a case, with anything that was typed and not done."""
    actor, after = visitor(request), current_seq()
    view = case_view(actor, number)
    context = case_context(request, actor, view) | {"front": front, "typed": typed or Typed()}
    lines = context["lines"]
    if front == "talk" and lines:
        mark_read(view.id, "user", lines[-1]["position"])
    return page(
        request,
        "portal/case.html",
        context,
        tab="mine",
        status=status,
        topics=(f"case:{view.number}",),
        after=after,
        with_human=False,
        path=reverse("portal:case" if front == "talk" else "portal:progress", args=[view.number]),
    )


def case_context(request: HttpRequest, actor: Actor, view: CaseView, *, with_lines: bool = True) -> dict[str, Any]:
    """Return everything that the parts of the page show."""
    language = language_of(request)
    invitation = invitation_for(actor, view.number) if view.state in ("closed", "following", "loop_closed") else None
    return {
        "case": view,
        "tone": tone(view.state),
        "progress": progress(view, language),
        "queue": place_in_queue(view.queue, language),
        "steps": steps(view, language),
        "story": story(view, language),
        "lines": lines_of(request, view) if with_lines else [],
        "may_rate": invitation is not None and invitation.state != InvitationState.RATED,
        "rated": invitation is not None and invitation.state == InvitationState.RATED,
        "allowed": view.allowed_actions,
        "appointments": of_case(view.number),
        "hotline": offer_of(view),
        "afresh": False,
        "fresh_code": request.session.get(FRESH, {}).get(view.number, ""),
    }


def lines_of(request: HttpRequest, view: CaseView, after: int = 0) -> list[dict[str, Any]]:
    """Return the lines after a position; from the beginning, the latest two hundred."""
    found = messages(view.id, after=after, limit=SHOWN) if after else messages(view.id, before=LAST, limit=SHOWN)
    thread = threads([view.id]).get(view.id)
    near = around(view.number, view.id, found, language_of(request), thread.staff_read if thread else 0)
    return [line_of(message, near) for message in found]


@require_safe
@citizen
def now_part(request: HttpRequest, number: str) -> HttpResponse:
    """Answer with the strip that says where the case is, for the live page."""
    actor = visitor(request)
    view = case_view(actor, number)
    context = case_context(request, actor, view, with_lines=False) | {"afresh": True}
    return part(request, "portal/_case_now.html", context)


@require_safe
@citizen
def story_part(request: HttpRequest, number: str) -> HttpResponse:
    """Answer with progress and story, for the live page."""
    actor = visitor(request)
    view = case_view(actor, number)
    return part(
        request, "portal/_case_story.html", case_context(request, actor, view, with_lines=False) | {"typed": Typed()}
    )


@require_POST
@citizen
def saved(request: HttpRequest, number: str) -> HttpResponse:
    """Stop showing the code: the person has noted it."""
    kept = {known: code for known, code in request.session.get(FRESH, {}).items() if known != number}
    request.session[FRESH] = kept
    return see(reverse("portal:case", args=[number]))


@require_POST
@citizen
def consent(request: HttpRequest, number: str) -> HttpResponse:
    """Answer whether the next stage may begin (T637-5-b)."""
    answer = {"agree": True, "decline": False}.get(request.POST.get("answer", ""))
    return _do(request, number, Typed("consent"), lambda actor: actions.answer_consent(actor, number, answer))


@require_POST
@citizen
def result(request: HttpRequest, number: str) -> HttpResponse:
    """Say whether the result was obtained; more to do opens the next round with the same number (T637-8.5)."""
    outcome, text = request.POST.get("outcome", ""), request.POST.get("text", "")[:2000]
    typed = Typed("result", text, choice=outcome)
    if outcome == "needs_improvement" and not text.strip():
        sentence = say(language_of(request), "请写一下还差什么，专员好接着办。")
        return case_page(request, number, front="progress", typed=Typed("result", text, sentence, outcome), status=422)
    given = {"outcome": outcome, "explanation": text}
    return _do(request, number, typed, lambda actor: actions.follow_up(actor, number, given))


@require_POST
@citizen
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the question back."""
    reason = request.POST.get("reason", "")[:500]
    return _do(request, number, Typed("withdraw", reason), lambda actor: actions.withdraw(actor, number, reason))


@require_POST
@citizen
def ask_human(request: HttpRequest, number: str) -> HttpResponse:
    """Hand a case that the assistant still holds to a person."""
    return _do(request, number, Typed("human"), lambda actor: actions.request_human(actor, number))


@require_POST
@citizen
def solved(request: HttpRequest, number: str) -> HttpResponse:
    """End a case that the assistant answered, by the person's own word (T637-8.2-a)."""
    return _do(request, number, Typed("solved"), lambda actor: actions.solved(actor, number))


def _do(request: HttpRequest, number: str, typed: Typed, act: Any) -> HttpResponse:
    """Do it and show the case; when it cannot be done, show the newest state with what was typed (409, 422)."""
    try:
        act(visitor(request))
    except NotYours:
        raise
    except FlowError as error:
        sentence = say(language_of(request), error.sentence)
        front = "talk" if typed.form == "consent" else "progress"
        kept = Typed(typed.form, typed.text, sentence, typed.choice)
        return case_page(request, number, front=front, typed=kept, status=status_of(error))
    return see(reverse("portal:case", args=[number]))
