"""The right pane: knowledge, the same matter told before, where it belongs, and who is calling."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.flows.flow import FlowError
from bangban.services.hotline import actions
from bangban.services.hotline.flow import AFTER, FLOW, OPEN
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.parties import parties_of
from bangban.services.hotline.reads import found_order, seen_orders, subject_of
from bangban.services.hotline.reads.messages import linked
from bangban.services.hotline.reads.views import AT_HOTLINE
from bangban.surfaces.desk import finding, pages
from bangban.surfaces.hotline.linking import WHO
from bangban.surfaces.hotline.orders import SEES

LIKES = 6


def words_of(order: WorkOrder) -> str:
    """Return the words of a matter, for finding what is like it."""
    return "\n".join(filter(None, [order.title, order.request, order.course]))


@require_safe
@pages.staff(*SEES, quiet=True)
def knowledge(request: HttpRequest, number: str) -> HttpResponse:
    """Answer entries that fit what was typed, or the matter (GB33358-4.3.2-b)."""
    order = found_order(pages.desk_actor(request), number)
    typed, told = request.GET.get("k", "").strip(), words_of(order)
    text = typed or told
    found = finding.answers(typed) if typed else finding.fitting(told)
    used = set(order.knowledge.values_list("entry_number", flat=True))
    context = {"found": found, "number": order.number, "text": text, "used": used}
    return pages.part(request, "hotline/_knowledge.html", context)


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
    order = found_order(actor, number)
    parties = parties_of(order, actor)
    # Units do not learn which orders one caller told: one open name among them would tell whose a hidden one is.
    mine = b"" if parties.isdisjoint(AT_HOTLINE) else _index(order.phone_index)
    text = words_of(order)
    found = (
        matters.like(
            text,
            order.place,
            order.received_at,
            phone_index=mine or None,
            n=LIKES,
            leave_out=order.number,
            center=order.center_id,
        )
        if text
        else []
    )
    seen = seen_orders(actor, [one.number for one in found])
    merges = any(line.action == "merge" for line in FLOW.allowed(order, parties))
    links = not parties.isdisjoint(WHO) and order.state in (*OPEN, *AFTER)
    known = {one.number for one in linked(order.id)} if links else set()
    likes = [
        {
            "number": one.number, "share": round(one.likeness * 100), "title": other.title or other.request,
            "state": FLOW.states[other.state], "place": other.place, "at": other.received_at,
            "same_caller": bool(mine) and _index(other.phone_index) == mine, "same": one.same,
            "url": reverse("hotline:order", args=[one.number]), "mergeable": merges and other.state in OPEN,
            "linkable": links and one.number not in known,
        }
        for one in found if (other := seen.get(one.number)) is not None
    ]  # fmt: skip
    hidden = subject_of(order, parties).hidden and matters.links_callers(order.number)
    matter = None if hidden else matters.matter_of(order.number)
    context = {"likes": likes, "matter": matter, "number": order.number, "text": text}
    return pages.part(request, "hotline/_similar.html", context)


def _index(value: Any) -> bytes:
    return bytes(value) if value else b""


@require_safe
@pages.staff("orders.intake", quiet=True)
def suggested(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the classes and units that earlier orders of this kind had; nobody but the agent decides."""
    from bangban.services.routing import reads as routing

    order = found_order(pages.desk_actor(request), number)
    text = words_of(order)
    classes = list(routing.suggest_category(text, 3)) if text and not order.category else []
    code = order.category.code if order.category else ""
    units = list(routing.suggest_unit(text, code, order.region, 4)) if text else []
    # Whoever is complained about is no one to suggest (GB33358-5.1.1.3).
    units = [one for one in units if one.unit_id != order.about_unit_id][:3]
    return pages.part(request, "hotline/_suggested.html", {"classes": classes, "units": units})


@require_safe
@pages.staff("callers.view", quiet=True)
def caller(request: HttpRequest, number: str) -> HttpResponse:
    """Answer what is known of the caller: calls, orders and cases of the same person (GB33358-4.2.4-c)."""
    from bangban.services.hotline.reads import callers

    actor = pages.desk_actor(request)
    order = found_order(actor, number)
    known = subject_of(order, parties_of(order, actor)).caller
    context = {"caller": known, "history": callers.history(actor, known, "") if known else None}
    return pages.part(request, "hotline/_caller.html", context)


@require_safe
@pages.staff("orders.intake", quiet=True)
def talk(request: HttpRequest, number: str) -> HttpResponse:
    """Answer what to say now, and an emergency that the words tell of (GB33358-A, 4.3.2-e, 3.1)."""
    from bangban.services.hotline.emergency_words import emergency_in
    from bangban.services.hotline.reads.talk import talk as talk_of

    order = found_order(pages.desk_actor(request), number)
    alarm = emergency_in(words_of(order)) if not order.emergency_class else None
    context = {"number": order.number, "talk": talk_of(order), "alarm": alarm}
    return pages.part(request, "hotline/_talk.html", context)
