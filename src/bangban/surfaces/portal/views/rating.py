"""Rating a finished service, once (T637-9.1-a, F1.09-F1.17)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from bangban.foundation.flows.flow import FlowError, NotAllowed, NotYours
from bangban.oversight.evaluation.actions import rate as store
from bangban.oversight.evaluation.models import InvitationState
from bangban.oversight.evaluation.reads import InvitationView, invitation_for
from bangban.surfaces.portal.language import Language, say
from bangban.surfaces.portal.pages import citizen, page
from bangban.surfaces.portal.visitors import language_of, visitor
from bangban.surfaces.web.errors import status_of

FACES = {"very_satisfied": 5, "satisfied": 4, "basically_satisfied": 3, "dissatisfied": 2, "very_dissatisfied": 1}


@require_http_methods(["GET", "HEAD", "POST"])
@citizen
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Show the five grades with the national options, and store the one rating."""
    actor = visitor(request)
    invitation = invitation_for(actor, number)
    if invitation is None:
        raise NotAllowed("服务还没有结束，结束后会邀请您评价。")
    if request.method != "POST":
        return _show(request, invitation, {})
    grade, chosen, text = request.POST.get("grade", ""), request.POST.getlist("options"), request.POST.get("text", "")
    try:
        store(actor, number, grade, chosen, text, guide_grade=request.POST.get("guide_grade", ""))
    except NotYours:
        raise
    except FlowError as error:
        sentence = say(language_of(request), next(iter(error.details.get("fields", {}).values()), error.sentence))
        return _show(
            request, invitation, {"grade": grade, "chosen": chosen, "text": text, "error": sentence}, status_of(error)
        )
    return page(
        request, "portal/rated.html", {"number": number, "grade": grade, "bad": FACES.get(grade, 5) <= 2}, tab="mine"
    )


def _show(request: HttpRequest, invitation: InvitationView, typed: dict[str, Any], status: int = 200) -> HttpResponse:
    language = language_of(request)
    context = {
        "number": invitation.number,
        "round": invitation.round,
        "grades": grades(invitation, language),
        "typed": {"grade": "", "chosen": [], "text": "", "error": "", **typed},
        "given": dict(invitation.grades).get(invitation.given, "") if invitation.state == InvitationState.RATED else "",
        "with_guide": invitation.with_guide,
        "closes_at": invitation.closes_at,
    }
    return page(request, "portal/rate.html", context, tab="mine", status=status)


def grades(invitation: InvitationView, language: Language) -> list[dict[str, Any]]:
    """Return the grades best first with their options, as the rating component takes them."""
    names = dict(invitation.grades)
    return [
        {
            "value": grade,
            "label": say(language, str(names[grade])),
            "face": face,
            "options": [(one.code, say(language, one.label)) for one in invitation.options.get(grade, ())],
        }
        for grade, face in sorted(FACES.items(), key=lambda pair: -pair[1])
    ]
