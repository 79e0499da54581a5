"""Booking a period: place, item, period and contact on one page (DB23-6.5.1.3-a, DB23-6.5.1.3-b)."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.foundation.privacy.crypto import digest
from bangban.foundation.privacy.masking import mask_phone
from bangban.services.appointments import actions
from bangban.services.appointments.actions import Booked, NewAppointment
from bangban.surfaces.api.limits import spend
from bangban.surfaces.appointments.choosing import Choice, choices, nearby
from bangban.surfaces.appointments.drafts import Draft, read
from bangban.surfaces.portal.language import say
from bangban.surfaces.portal.pages import citizen, page, part, see
from bangban.surfaces.portal.views.register import own_phone
from bangban.surfaces.portal.visitors import address_of, keep_code, language_of, visitor
from bangban.surfaces.web.errors import status_of

BOOKED_PER_MINUTE = 30
FRESH = "fresh_appointments"
NOTICE = "请先阅读个人信息处理告知并勾选。"
NO_SLOT = "请选择一个时段。"


@require_http_methods(["GET", "HEAD", "POST"])
@citizen
def new(request: HttpRequest) -> HttpResponse:
    """Show what can be booked; book when everything stands, else give it all back with what is left to do."""
    actor, draft = visitor(request), read(request.POST if request.method == "POST" else request.GET)
    if not request.session.session_key:
        request.session.create()
    if request.method != "POST":
        draft.form_id = secrets.token_urlsafe(16)
    choice = choices(draft, actor, language_of(request))
    if request.method != "POST" or "book" not in request.POST or not choice.ready:
        return _show(request, draft, choice)
    spend(f"book:{address_of(request)}", BOOKED_PER_MINUTE)
    if not _complete(draft):
        return _show(request, draft, choice, 422)
    try:
        booked = _book(request, actor, draft, choice)
    except NotYours:
        raise
    except FlowError as error:
        return _refused(request, draft, error)
    keep_code(request, booked.token)
    fresh = dict(list(request.session.get(FRESH, {}).items())[-9:])
    request.session[FRESH] = {**fresh, booked.appointment.number: booked.code}
    return see(reverse("appointments:one", args=[booked.appointment.number]))


def _complete(draft: Draft) -> bool:
    if draft.slot_id() is None:
        draft.problems["slot"] = NO_SLOT
    if not draft.notice:
        draft.problems["notice"] = NOTICE
    return not draft.problems


def _book(request: HttpRequest, actor: Actor, draft: Draft, choice: Choice) -> Booked:
    """Book once for a form however often it is sent; changed words are another booking."""
    assert choice.item and choice.place
    draft.phone = draft.phone or own_phone(actor)
    draft.name = draft.name or actor.name
    words = [request.session.session_key or "", draft.form_id, choice.place.code, draft.slot, draft.name, draft.phone]
    new_one = NewAppointment(
        body_id=choice.place.body_id,
        class_id=None,
        item_id=choice.item.id,
        slot_id=draft.slot_id() or 0,
        name=draft.name,
        phone=draft.phone,
        flags=tuple(draft.flags),
        case_number=draft.case,
        client_key="page:" + digest("\n".join(words).encode()).hex()[:40],
        how_notified="screen",
    )
    return actions.book(actor, new_one)


def _refused(request: HttpRequest, draft: Draft, error: FlowError) -> HttpResponse:
    """Give the form back with what is free now: a period that has just been taken shows as full."""
    actor, language = visitor(request), language_of(request)
    fields = dict(error.details.get("fields") or {})
    draft.problems = fields or {"slot": error.sentence}
    choice = choices(draft, actor, language)
    if choice.place:
        choice.nearest = nearby(error.details.get("nearest") or [], choice.place.body_id, language)
    return _show(request, draft, choice, status_of(error))


def _show(request: HttpRequest, draft: Draft, choice: Choice, status: int = 200) -> HttpResponse:
    actor = visitor(request)
    context: dict[str, Any] = {
        "draft": draft,
        "choice": choice,
        "part_url": part_url(choice),
        "problem": say(language_of(request), draft.problems.get("slot", "")),
        "known_phone": mask_phone(own_phone(actor)),
        "known_name": actor.name,
    }
    return page(request, "appointments/portal_new.html", context, tab="matters", status=status)


def query_of(choice: Choice, **more: str) -> str:
    """Return what names item and place in an address."""
    assert choice.item and choice.place
    return urlencode({"item": choice.item.code, "place": choice.place.code, **more})


def part_url(choice: Choice) -> str:
    """Return where the periods of another day are fetched; empty before a place is chosen."""
    return f"{reverse('appointments:periods')}?{query_of(choice)}" if choice.place else ""


@require_safe
@citizen
def periods(request: HttpRequest) -> HttpResponse:
    """Answer with days and periods of one place, so that another day is shown without losing what was typed."""
    draft = read(request.GET)
    choice = choices(draft, visitor(request), language_of(request))
    if choice.place is None:
        raise NotYours("没有找到这个办事地点，请重新选择。")
    context = {"draft": draft, "choice": choice, "part_url": part_url(choice), "problem": ""}
    return part(request, "appointments/_periods.html", context)
