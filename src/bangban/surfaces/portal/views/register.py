"""Registering a question or a request for guidance or assistance (T637-7.2-e, T637-8.1)."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.privacy.masking import mask_phone
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.views import ItemDetail
from bangban.registry.org.reads import front_door
from bangban.registry.people.models import Person
from bangban.services.assistant.reads import CasePart, case_part_of
from bangban.services.cases.models import Stage
from bangban.surfaces.api.limits import spend
from bangban.surfaces.portal.forms.registration import Registration, posted
from bangban.surfaces.portal.opening import open_once
from bangban.surfaces.portal.pages import citizen, page, see
from bangban.surfaces.portal.staffed import staffed
from bangban.surfaces.portal.visitors import address_of, language_of, visitor

ASSISTANT = "assistant_session"
OPENED_PER_MINUTE = 30


@require_safe
def human(request: HttpRequest) -> HttpResponse:
    """Lead to a person in one tap, with the talk so far (BJ-2-c, F8.18)."""
    return see(reverse("portal:register") + ("?talk=1" if request.session.get(ASSISTANT) else ""))


@require_http_methods(["GET", "HEAD", "POST"])
@citizen
def register(request: HttpRequest) -> HttpResponse:
    """Show the short form, and open the case when it is complete."""
    actor = visitor(request)
    if request.method != "POST":
        if not request.session.session_key:
            request.session.create()
        return _show(request, _blank(request))
    form = posted(request.POST)
    item, part = published(form.item), _talk(request, form.with_talk)
    if not form.check(actor):
        return _show(request, form, status=422)
    spend(f"open:{address_of(request)}", OPENED_PER_MINUTE)
    version = catalog.version_of(form.item) if item else None
    form.phone = form.phone or own_phone(actor)
    ticket = open_once(request, actor, form, version, part)
    request.session.pop(ASSISTANT, None)
    return see(reverse("portal:case", args=[ticket.number]))


def _blank(request: HttpRequest) -> Registration:
    form = Registration(
        question=request.GET.get("need", "")[:2000],
        item=request.GET.get("item", "")[:64],
        service=request.GET.get("service", Stage.CONSULT.value),
        with_talk=request.GET.get("talk") == "1",
        form_id=secrets.token_urlsafe(16),
    )
    part = _talk(request, form.with_talk)
    if part and not form.question:
        form.question = part.question
    if part and not form.item and part.item_id:
        found = catalog.item(part.item_id)
        form.item = found.code if found else ""
    return form


def _talk(request: HttpRequest, wanted: bool) -> CasePart | None:
    session = request.session.get(ASSISTANT)
    return case_part_of(session) if wanted and session else None


def published(code: str) -> ItemDetail | None:
    """Return a published item by code, None for anything else."""
    found = catalog.item(code) if code else None
    return found if found and found.state == "published" else None


def offered(item: ItemDetail | None) -> list[str]:
    """Return which services the lists offer for the item; without an item the staff find out which one fits."""
    if item is None:
        return [stage.value for stage in Stage]
    try:
        door = front_door().id
    except LookupError:
        return [Stage.CONSULT.value]
    listed = catalog.services_offered(item.id, door)
    return [stage.value for stage in Stage if stage.value in listed]


def own_phone(actor: Actor) -> str:
    """Return the phone that a signed-in person proved; empty for guests."""
    known = Person.objects.filter(id=actor.person_id).first() if actor.person_id else None
    return known.phone if known else ""


def _show(request: HttpRequest, form: Registration, status: int = 200) -> HttpResponse:
    actor = visitor(request)
    item = published(form.item)
    choices = offered(item)
    unlisted = form.service if form.service in Stage.values and form.service not in choices else ""
    if form.service not in choices:
        form.service = Stage.CONSULT.value
    part = _talk(request, form.with_talk)
    context: dict[str, Any] = {
        "form": form,
        "item": item,
        "choices": choices,
        "unlisted": unlisted,
        "talk": part.transcript if part else (),
        "known_phone": mask_phone(own_phone(actor)),
        "known_name": actor.name,
        "staffed": staffed(look=True).sentence(language_of(request)),
    }
    return page(request, "portal/register.html", context, tab="ask", status=status)
