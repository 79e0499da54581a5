"""The talk with the assistant: answers with sources, asking back, the right path, and a person one tap away (T637-8.2)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError, Incomplete
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.terms import Side
from bangban.services.assistant.actions import ask as ask_assistant
from bangban.services.assistant.actions import feedback
from bangban.services.assistant.reads import turns
from bangban.surfaces.api.limits import spend
from bangban.surfaces.portal.language import say
from bangban.surfaces.portal.pages import citizen, page, part, see
from bangban.surfaces.portal.staffed import staffed
from bangban.surfaces.portal.times import ZONE
from bangban.surfaces.portal.turns import FURTHER, emergency, lines_of
from bangban.surfaces.portal.views.home import HOT, hot_words
from bangban.surfaces.portal.views.register import ASSISTANT
from bangban.surfaces.portal.views.talk import by_script
from bangban.surfaces.portal.visitors import address_of, language_of, visitor
from bangban.surfaces.web.errors import problem, status_of
from bangban.surfaces.web.given import whole

ASKED_PER_MINUTE = 60
LONGEST = 500
TOO_LONG = "问题共{}字，请用{}字以内说清要办什么，细节可以转人工后再说。"


@require_http_methods(["GET", "HEAD", "POST"])
@citizen
def ask(request: HttpRequest) -> HttpResponse:
    """Show the talk; with a question, ask it and come back to the talk."""
    asked = (
        request.POST.get("text") or request.POST.get("choice") or ""
        if request.method == "POST"
        else request.GET.get("q", "")
    )
    if request.method != "POST" and not asked.strip():
        return _show(request)
    try:
        _ask(request, asked.strip())
    except FlowError as error:
        sentence = say(language_of(request), error.sentence)
        if by_script(request):
            return problem(request, status_of(error), sentence)
        return _show(request, text=asked[:LONGEST], error=sentence, status=status_of(error))
    return JsonResponse({}, status=201) if by_script(request) else see(reverse("portal:ask"))


def _ask(request: HttpRequest, question: str) -> None:
    if not question:
        raise Incomplete("请先写下您的问题。", fields={"text": "请先写下您的问题。"})
    if len(question) > LONGEST:
        raise Incomplete(TOO_LONG.format(len(question), LONGEST))
    spend(f"ask:{address_of(request)}", ASKED_PER_MINUTE)
    actor, session = visitor(request), request.session.get(ASSISTANT)
    about = catalog.item(code) if (code := (request.POST.get("item") or request.GET.get("item", ""))[:64]) else None
    if about is not None and about.name not in question:
        question = f"{about.name}：{question}"
    turn = ask_assistant(actor, question, session, actor.channel, request.POST.get("client_id", ""))
    request.session[ASSISTANT] = turn.session


def _show(request: HttpRequest, *, text: str = "", error: str = "", status: int = 200) -> HttpResponse:
    lines = _lines(request)
    code = request.GET.get("item", "")[:64]
    item = catalog.item(code) if code else None
    context: dict[str, Any] = {
        "lines": lines,
        "item": item if item and item.state == "published" else None,
        "staffed": staffed().sentence(language_of(request)),
        "emergency": emergency(lines),
        "first": list(FURTHER) if item else [] if lines else popular(),
        "text": text,
        "error": error,
    }
    return page(request, "portal/ask.html", context, tab="ask", status=status)


def popular() -> list[str]:
    """Return what is asked for most, to begin with one tap."""
    today = now().astimezone(ZONE).date()
    return hot_words({side.value: catalog.hot_items(side.value, HOT, today=today) for side in Side})


def _lines(request: HttpRequest) -> list[dict[str, Any]]:
    session = request.session.get(ASSISTANT)
    return lines_of(turns(session), language_of(request)) if session else []


@require_safe
@citizen
def lines(request: HttpRequest) -> HttpResponse:
    """Answer with the lines after a position; the line before comes again, because its buttons may have gone."""
    text = request.GET.get("after", "0")
    after = whole(text) or 0
    found = [line for line in _lines(request) if line["position"] >= after]
    return part(request, "portal/_turns.html", {"lines": found}) if found else HttpResponse(status=204)


@require_POST
@citizen
def solved(request: HttpRequest) -> HttpResponse:
    """Take whether the answer helped; when it did not, the talk offers another try and a person (T637-8.2-b)."""
    session = request.session.get(ASSISTANT)
    helped = request.POST.get("solved") == "1"
    if session:
        feedback(session, helped)
    return see(reverse("portal:ask"))


@require_POST
@citizen
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a new talk; the old one is no longer shown in this browser."""
    request.session.pop(ASSISTANT, None)
    return see(reverse("portal:ask"))
