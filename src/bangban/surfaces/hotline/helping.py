"""The right pane: knowledge, the same matter told before, where it belongs, and who is calling."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.flows.flow import FlowError
from bangban.services.hotline import actions
from bangban.services.hotline.reads import OrderView, order_view
from bangban.surfaces.desk import finding, pages
from bangban.surfaces.hotline.orders import SEES


def matter_of(view: OrderView) -> str:
    """Return the words of a matter, for finding what is like it."""
    order = view.order
    return "\n".join(filter(None, [order.title, order.request, order.course]))


@require_safe
@pages.staff(*SEES, quiet=True)
def knowledge(request: HttpRequest, number: str) -> HttpResponse:
    """Answer entries that fit what was typed, or the matter (GB33358-4.3.2-b)."""
    view = order_view(pages.desk_actor(request), number)
    text = request.GET.get("k", "").strip() or matter_of(view)
    found = finding.answers(text) if text else []
    used = {entry for entry, _ in view.knowledge}
    return pages.part(request, "hotline/_knowledge.html", {"found": found, "view": view, "text": text, "used": used})


@require_POST
@pages.staff("orders.intake")
def use(request: HttpRequest, number: str, entry: str) -> HttpResponse:
    """Note that an entry was read out, so that its use counts for the agent and the entry."""
    try:
        actions.use_knowledge(pages.desk_actor(request), number, entry)
    except FlowError as error:
        return pages.refusal(request, 409, error.sentence)
    return pages.part(request, "hotline/_used.html", {})


@require_safe
@pages.staff(*SEES, quiet=True)
def similar(request: HttpRequest, number: str) -> HttpResponse:
    """Answer orders that tell the same matter, to be merged or linked, and the concentrated matter they belong to."""
    from bangban.services.matters import reads as matters

    actor = pages.desk_actor(request)
    view = order_view(actor, number)
    order, text = view.order, matter_of(view)
    likes: list[dict[str, Any]] = []
    for one in (
        matters.like(text, order.place, order.received_at, phone_index=_index(order.phone_index), n=6) if text else ()
    ):
        if one.number == order.number:
            continue
        try:
            other = order_view(actor, one.number)
        except FlowError:
            continue
        likes.append({
            "number": one.number, "share": round(one.likeness * 100), "title": other.order.title or other.order.request,
            "state": other.state_label, "place": other.order.place, "at": other.order.received_at,
            "same_caller": bool(order.phone_index) and _index(other.order.phone_index) == _index(order.phone_index),
            "url": reverse("hotline:order", args=[one.number]), "mergeable": "merge" in view.allowed_actions and not other.over,
        })  # fmt: skip
    matter = matters.matter_of(order.number)
    return pages.part(request, "hotline/_similar.html", {"likes": likes, "matter": matter, "view": view, "text": text})


def _index(value: Any) -> bytes:
    return bytes(value) if value else b""


@require_safe
@pages.staff("orders.intake", quiet=True)
def suggested(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the classes and units that earlier orders of this kind had; nobody but the agent decides."""
    from bangban.services.routing import reads as routing

    view = order_view(pages.desk_actor(request), number)
    text = matter_of(view)
    classes = list(routing.suggest_category(text, 3)) if text else []
    code = view.order.category.code if view.order.category else ""
    units = list(routing.suggest_unit(text, code, view.order.region, 4)) if text else []
    # Whoever is complained about is no one to suggest (GB33358-5.1.1.3).
    units = [one for one in units if one.unit_id != view.order.about_unit_id][:3]
    return pages.part(request, "hotline/_suggested.html", {"classes": classes, "units": units, "view": view})


@require_safe
@pages.staff("callers.view", quiet=True)
def caller(request: HttpRequest, number: str) -> HttpResponse:
    """Answer what is known of the caller: calls, orders and cases of the same person (GB33358-4.2.4-c)."""
    from bangban.services.hotline.reads import callers

    actor = pages.desk_actor(request)
    view = order_view(actor, number)
    found = callers.history(actor, view.subject.caller, "") if view.subject.caller else None
    return pages.part(request, "hotline/_caller.html", {"view": view, "history": found})


@require_safe
@pages.staff("orders.intake", quiet=True)
def talk(request: HttpRequest, number: str) -> HttpResponse:
    """Answer what to say now, and an emergency that the words tell of (GB33358-A, 4.3.2-e, 3.1)."""
    from bangban.services.hotline.emergency_words import emergency_in
    from bangban.services.hotline.reads.talk import talk as talk_of

    view = order_view(pages.desk_actor(request), number)
    alarm = emergency_in(matter_of(view)) if not view.order.emergency_class else None
    return pages.part(request, "hotline/_talk.html", {"view": view, "talk": talk_of(view.order), "alarm": alarm})
