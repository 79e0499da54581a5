"""Orders at the desk: boxes on the left, the open order in the middle, help on the right."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import NotYours
from bangban.oversight.supervision.reads import tasks_of_order
from bangban.services.hotline.emergency_words import Alarm, told_by
from bangban.services.hotline.flow import AFTER, OPEN, both_unsatisfied
from bangban.services.hotline.reads import OrderView, order_view
from bangban.services.hotline.reads.messages import files
from bangban.services.hotline.reads.reaching import own_call_now
from bangban.services.hotline.reads.views import Addition
from bangban.services.hotline.terms import Urgency
from bangban.services.matters.reads import links_callers
from bangban.surfaces.desk import pages
from bangban.surfaces.hotline import faces, filling, linking, listing, showing

SEES = ("orders.list", "orders.undertake")


@require_safe
@pages.staff(*SEES)
def board(request: HttpRequest) -> HttpResponse:
    """Show a box; a whole number in the search leads straight to the order."""
    actor = pages.desk_actor(request)
    wanted = listing.wanted_of(request.GET, actor)
    if wanted.filters.search.upper().startswith("GD"):
        try:
            return pages.see(reverse("hotline:order", args=[order_view(actor, wanted.filters.search).number]))
        except NotYours:
            pass
    context = listing.listing(actor, wanted) | {
        "boxes": listing.boxes(actor, wanted), "choices": listing.CHOICES, "current": "",
    }  # fmt: skip
    return pages.page(request, "hotline/board.html", context, current="orders")


@require_safe
@pages.staff(*SEES, quiet=True)
def rows(request: HttpRequest) -> HttpResponse:
    """Answer the lines of a box, the first page or the one after a mark; with `counted` the counts of the boxes too."""
    actor = pages.desk_actor(request)
    wanted = listing.wanted_of(request.GET, actor)
    context = listing.listing(actor, wanted, after=request.GET.get("after", ""), current=request.GET.get("current", ""))
    if "counted" not in request.GET:
        return pages.part(request, "hotline/_rows.html", context)
    return pages.part(request, "hotline/_first_rows.html", context | {"boxes": listing.boxes(actor, wanted)})


@require_safe
@pages.staff(*SEES, quiet=True)
def box_tabs(request: HttpRequest) -> HttpResponse:
    """Answer the boxes with their counts."""
    actor = pages.desk_actor(request)
    wanted = listing.wanted_of(request.GET, actor)
    return pages.part(request, "hotline/_boxes.html", {"boxes": listing.boxes(actor, wanted)})


def hides_matter(view: OrderView) -> bool:
    """Tell whether the matter of an order must stay unseen: the caller is hidden, and it holds more orders of one caller."""
    return view.subject.hidden and links_callers(view.number)


def _unreported(view: OrderView) -> Alarm | None:
    """Return the emergency that the words of an order tell of, for whoever may put its caller through (GB33358-3.1)."""
    order = view.order
    if order.urgency != Urgency.EMERGENCY or view.emergency or not any(
        one.action == "report_emergency" for one in view.allowed
    ):  # fmt: skip
        return None
    return told_by(order)


def _unanswered(view: OrderView) -> Addition | None:
    """Return the newest thing that a caller added and that no reply has followed; None once the order has ended."""
    last = view.additions[-1] if view.additions and view.state in (*OPEN, *AFTER) else None
    answered = max((one.at for one in view.replies), default=None)
    return None if last is None or (answered and answered >= last.at) or last.at <= view.order.received_at else last


def context_of(actor: Actor, view: OrderView) -> dict[str, Any]:
    """Return everything of one order for the middle pane."""
    return {
        "view": view,
        "buttons": faces.buttons(view, actor),
        "badge": listing.BADGES[view.state],
        "panel": None,
        "fills": filling.may_fill(view, actor),
        "files": showing.filed(files(actor, view.number)),
        "own_call": own_call_now(actor, view.order.id),
        "alarm": _unreported(view),
        "added": _unanswered(view),
        "undecided": view.state == "visited" and both_unsatisfied(view.order) and not view.order.redo_decided,
        "supervised": tasks_of_order(view.number, alone=hides_matter(view)),
        "may_supervise": may(actor, "supervision.handle") or may(actor, "supervision.assign"),
        **linking.context_of(actor, view),
        **showing.shown(view, now()),
    }


@require_safe
@pages.staff(*SEES)
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Show an order with its list; `do` opens the form of an action."""
    from bangban.surfaces.hotline import doing

    actor = pages.desk_actor(request)
    view = order_view(actor, number)
    context = context_of(actor, view)
    if action := request.GET.get("do"):
        asked = request.GET.copy()
        for name in (*listing.NAMES, "do"):
            asked.pop(name, None)
        context["panel"] = doing.panel_of(view, actor, action, asked)
    return whole(request, actor, context)


def whole(request: HttpRequest, actor: Actor, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Answer with the page of an order."""
    view: OrderView = context["view"]
    wanted = listing.wanted_of(request.GET, actor)
    context |= listing.pane(actor, wanted, view.number)
    context["back"] = f"{reverse('hotline:orders')}?{wanted.query()}"
    if context["fills"]:
        context |= filling.form_of(view)
    return pages.page(
        request, "hotline/order.html", context, current="orders", status=status, topics=(f"order:{view.number}",)
    )


@require_safe
@pages.staff(*SEES, quiet=True)
def top(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the head of an order with its actions."""
    actor = pages.desk_actor(request)
    return pages.part(request, "hotline/_top.html", context_of(actor, order_view(actor, number)))


@require_safe
@pages.staff(*SEES, quiet=True)
def parts(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the five parts of an order."""
    actor = pages.desk_actor(request)
    return pages.part(request, "hotline/_parts.html", context_of(actor, order_view(actor, number)))


@require_safe
@pages.staff(*SEES, quiet=True)
def past(request: HttpRequest, number: str) -> HttpResponse:
    """Answer limits and story of an order."""
    actor = pages.desk_actor(request)
    return pages.part(request, "hotline/_story.html", context_of(actor, order_view(actor, number)))
