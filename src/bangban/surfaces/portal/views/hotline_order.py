"""The page of one request to the hotline: where it stands, what was said, and what its person may do (GB33358-3.2, 4.2.4-g)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.foundation.privacy.crypto import digest
from bangban.services.conversation.files import open_attachment
from bangban.services.conversation.reads import messages
from bangban.services.hotline.actions.answering import withdraw as take_back
from bangban.services.hotline.actions.linking import order_from_case
from bangban.services.hotline.actions.saying import add_message
from bangban.services.hotline.actions.visiting import visit
from bangban.services.hotline.reads import OrderView, order_view
from bangban.services.hotline.reads.messages import file_of_order, linked
from bangban.services.hotline.terms import ReplyChannel
from bangban.surfaces.api.limits import guessing, spend
from bangban.surfaces.portal.forms.hotline import SECRET
from bangban.surfaces.portal.hotline_words import (
    LABELS,
    declined,
    progress,
    steps,
    story,
    talk_line,
    tone,
    waiting_for_agent,
)
from bangban.surfaces.portal.language import say
from bangban.surfaces.portal.opening import FRESH
from bangban.surfaces.portal.pages import citizen, page, see
from bangban.surfaces.portal.views.cases import Typed, case_page
from bangban.surfaces.portal.views.files import SANDBOX
from bangban.surfaces.portal.views.hotline import _files, alarm_of
from bangban.surfaces.portal.visitors import address_of, language_of, visitor
from bangban.surfaces.web.errors import status_of

SAID_PER_MINUTE, SHOWN = 30, 200
ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True)
class Kept:
    """What somebody sent that could not be done, given back with the reason."""

    form: str = ""
    text: str = ""
    sentence: str = ""
    process: str = ""
    result: str = ""


@require_safe
@citizen
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Show a request; whoever comes by a link of a text message is asked for the code."""
    try:
        return _page(request, number)
    except NotYours:
        guessing(address_of(request))
        context = {"number": number[:20].upper(), "sentence": "", "asked": True}
        return page(request, "portal/hotline_find.html", context, tab="mine", status=404)


def _page(request: HttpRequest, number: str, kept: Kept = Kept(), status: int = 200) -> HttpResponse:
    view = order_view(visitor(request), number)
    return page(
        request, "portal/hotline_order.html", _context(request, view) | {"kept": kept}, tab="mine", status=status
    )


def _context(request: HttpRequest, view: OrderView) -> dict[str, Any]:
    language, told = language_of(request), view.order
    alarm = alarm_of(told.request, told.course) if waiting_for_agent(view) else None
    return {
        "order": told,
        "view": view,
        "label": say(language, LABELS[view.state]),
        "tone": tone(view.state),
        "progress": progress(view, language),
        "declined": declined(view),
        "steps": steps(view, language),
        "story": story(view, language),
        "lines": [talk_line(one, language) for one in messages(view.id, limit=SHOWN)],
        "allowed": view.allowed_actions,
        "cases": [one for one in linked(view.id) if one.record_type == "case"],
        "alarm": alarm,
        "fresh_code": request.session.get(FRESH, {}).get(view.number, ""),
    }


@require_POST
@citizen
def speak(request: HttpRequest, number: str) -> HttpResponse:
    """Say more, with files; the same sent again is said once."""
    text = request.POST.get("text", "")[:5000]

    def act(actor: Actor) -> None:
        spend(f"say:{number}:{actor.id}", SAID_PER_MINUTE)
        files = _files(request, actor)
        key = (
            request.POST.get("client_id")
            or "form:" + digest(f"{request.POST.get('last', '')}\n{text}".encode()).hex()[:32]
        )
        add_message(actor, number, text, client_id=key, files=files)

    return _do(request, number, Kept("say", text), act, "#talk")


@require_POST
@citizen
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the request back, with a reason."""
    reason = request.POST.get("reason", "")[:500]
    return _do(request, number, Kept("withdraw", reason), lambda actor: take_back(actor, number, reason))


@require_POST
@citizen
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Take the two answers of the survey: process and result, each by itself (GB33358-4.2.4-g, GB33358-5.4.2)."""
    process, result = request.POST.get("process", ""), request.POST.get("result", "")
    text = request.POST.get("text", "")[:1000]

    def act(actor: Actor) -> None:
        if process not in ANSWERS or result not in ANSWERS:
            raise Incomplete("请分别选择对办理过程和办理结果是否满意。")
        visit(
            actor, number, ANSWERS[process], ANSWERS[result], text=text, channel=ReplyChannel.WEBSITE.value
        )  # fmt: skip

    return _do(request, number, Kept("rate", text, process=process, result=result), act)


@require_POST
@citizen
def saved(request: HttpRequest, number: str) -> HttpResponse:
    """Stop showing the code: the person has noted it."""
    request.session[FRESH] = {known: code for known, code in request.session.get(FRESH, {}).items() if known != number}
    return see(reverse("portal:hotline_order", args=[number]))


def _do(request: HttpRequest, number: str, kept: Kept, act: Callable[[Actor], object], place: str = "") -> HttpResponse:
    """Do it and show the request; when it cannot be done, show the newest state with what was typed (409, 422)."""
    try:
        act(visitor(request))
    except NotYours:
        raise
    except FlowError as error:
        sentence = say(language_of(request), error.sentence)
        return _page(request, number, Kept(**{**vars(kept), "sentence": sentence}), status_of(error))
    return see(reverse("portal:hotline_order", args=[number]) + place)


@require_safe
@citizen
def file(request: HttpRequest, attachment_id: UUID) -> HttpResponseBase:
    """Hand out a file of a request to its person, or to staff who may see it; never inside the site's own pages."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        stored, content = open_attachment(file_of_order(actor, attachment_id))
    except FileNotFoundError as error:
        raise NotYours("没有找到这个文件，请回到工单页面重新打开。") from error
    response = FileResponse(content, as_attachment=True, filename=stored.name, content_type=stored.media_type)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


@require_POST
@citizen
def from_case(request: HttpRequest, number: str) -> HttpResponse:
    """Pass a case that was directed to 12345 on to the hotline, without anything being told again (BJ-4.2)."""
    secret = request.POST.get("secret", "")
    try:
        if request.POST.get("asked") == "1" and secret not in SECRET:
            raise Incomplete("投诉、举报请选择个人信息是否需要保密。")
        made = order_from_case(visitor(request), number, SECRET.get(secret))
    except NotYours:
        raise
    except FlowError as error:
        typed = Typed("hotline", sentence=say(language_of(request), error.sentence))
        return case_page(request, number, front="progress", typed=typed, status=status_of(error))
    return see(reverse("portal:hotline_order", args=[made.number]))
