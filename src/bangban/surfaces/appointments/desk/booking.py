"""Booking for somebody at the counter or on the telephone, with the one-time notice in the same step (DB23-6.5.1.1-a, 6.5.1.2)."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.registry.catalog import reads as catalog
from bangban.services.appointments import actions
from bangban.services.appointments.actions import Booked, NewAppointment
from bangban.surfaces.appointments.choosing import Choice, choices, nearby
from bangban.surfaces.appointments.desk.days import SAID
from bangban.surfaces.appointments.drafts import Draft, read
from bangban.surfaces.appointments.portal.booking import NO_SLOT, query_of
from bangban.surfaces.desk import pages
from bangban.surfaces.web.errors import status_of

UNTOLD = "请一次性告知材料和注意事项后再登记。"
CHANNELS = {"window": "到咨询台", "phone": "来电"}


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff("appointments.book")
def new(request: HttpRequest) -> HttpResponse:
    """Show what can be booked for the person; book when everything stands, else give it all back."""
    actor, draft = pages.desk_actor(request), read(request.POST if request.method == "POST" else request.GET)
    draft.channel = draft.channel if draft.channel in CHANNELS else _channel(actor)
    draft.form_id = draft.form_id or secrets.token_urlsafe(16)
    choice = choices(draft, actor, channel=draft.channel)
    if request.method != "POST" or "book" not in request.POST or not choice.ready:
        return _show(request, draft, choice)
    if draft.slot_id() is None:
        draft.problems["slot"] = NO_SLOT
    if not draft.told:
        draft.problems["told"] = UNTOLD
    if draft.problems:
        return _show(request, draft, choice, 422)
    try:
        booked = _book(actor, draft, choice)
    except NotYours:
        raise
    except FlowError as error:
        return _refused(request, draft, error)
    record = booked.appointment
    request.session[SAID] = (
        f"已预约，编号 {record.number}，签到码 {booked.code}，短信已交发送。请把编号和签到码告诉对方。"
    )
    return pages.see(reverse("appointments:desk_one", args=[record.number]))


def _channel(actor: Actor) -> str:
    return "phone" if "hotline_agent" in actor.duties else "window"


def _book(actor: Actor, draft: Draft, choice: Choice) -> Booked:
    assert choice.item and choice.place
    return actions.book(
        actor,
        NewAppointment(
            body_id=choice.place.body_id,
            class_id=None,
            item_id=choice.item.id,
            slot_id=draft.slot_id() or 0,
            name=draft.name,
            phone=draft.phone,
            flags=tuple(draft.flags),
            client_key=f"desk:{actor.staff_id}:{draft.form_id}",
            how_notified="read_out",
            channel=draft.channel,
        ),
    )


def _refused(request: HttpRequest, draft: Draft, error: FlowError) -> HttpResponse:
    fields = dict(error.details.get("fields") or {})
    draft.problems = fields or {"slot": error.sentence}
    choice = choices(draft, pages.desk_actor(request), channel=draft.channel)
    if choice.place:
        choice.nearest = nearby(error.details.get("nearest") or [], choice.place.body_id)
    return _show(request, draft, choice, status_of(error))


def _show(request: HttpRequest, draft: Draft, choice: Choice, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        **_part(draft, choice),
        "notice": catalog.one_time_notice(choice.item.id) if choice.item else None,
        "channels": list(CHANNELS.items()),
        "rang": bool(request.GET.get("phone")),
        "on_phone": draft.channel == "phone",
    }
    return pages.page(request, "appointments/desk_new.html", context, current="appointments", status=status)


def _part(draft: Draft, choice: Choice) -> dict[str, Any]:
    address = reverse("appointments:desk_periods")
    return {
        "t": plain,
        "draft": draft,
        "choice": choice,
        "part_url": f"{address}?{query_of(choice, channel=draft.channel)}" if choice.place else "",
        "problem": draft.problems.get("slot", ""),
    }


def plain(text: str, *values: object) -> str:
    """Return a text of the shared templates: the desk is Chinese."""
    return text.format(*values) if values else text


@require_safe
@pages.staff("appointments.book")
def periods(request: HttpRequest) -> HttpResponse:
    """Answer with days and periods of one place for another day."""
    actor, draft = pages.desk_actor(request), read(request.GET)
    draft.channel = draft.channel if draft.channel in CHANNELS else _channel(actor)
    choice = choices(draft, actor, channel=draft.channel)
    if choice.place is None:
        raise NotYours("没有找到这个办事地点，请重新选择。")
    return pages.part(request, "appointments/_periods.html", _part(draft, choice))
