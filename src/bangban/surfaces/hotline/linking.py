"""What an order is linked to, and passing it on: into guidance, or beside another order (T637-6.1.5-f)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import FlowError
from bangban.services.hotline import actions
from bangban.services.hotline.reads import OrderView
from bangban.services.hotline.reads.messages import linked
from bangban.services.hotline.terms import COMPLAINTS
from bangban.surfaces.desk import pages
from bangban.surfaces.web.errors import status_of

ALIKE = "内容相似，分别办理"
WHO = frozenset({"agent", "desk", "manager"})


def context_of(actor: Actor, view: OrderView) -> dict[str, Any]:
    """Return the records of the house that an order is linked to, and whether it may be passed into guidance now."""
    records = linked(view.order.id) if view.at_hotline else ()
    cases = may(actor, "cases.list")
    rows = [
        {
            "number": one.number, "title": one.title, "state": one.state_label, "at": one.at,
            "noun": "办件" if one.record_type == "case" else "工单",
            "url": reverse("hotline:order", args=[one.number]) if one.record_type == "order"
            else reverse("desk:case", args=[one.number]) if cases else "",
        }
        for one in records
    ]  # fmt: skip
    passes = (
        not view.parties.isdisjoint(WHO)
        and any(line.action == "discuss" for line in view.allowed)
        and view.order.kind not in COMPLAINTS
        and not any(one.record_type == "case" for one in records)
    )
    return {"linked": rows, "passes": passes}


@require_POST
@pages.staff("orders.intake", "orders.manage")
def guide(request: HttpRequest, number: str) -> HttpResponse:
    """Pass a consultation into guidance with everything that was told (T637-6.1.5-f)."""
    need = request.POST.get("need", "").strip()[:200]
    return _done(request, number, lambda actor: actions.case_from_order(actor, number, need))


@require_POST
@pages.staff("orders.intake", "orders.manage")
def join(request: HttpRequest, number: str) -> HttpResponse:
    """Link an order to one like it that is handled apart."""
    return _done(request, number, lambda actor: actions.link(actor, number, request.POST.get("other", ""), ALIKE))


def _done(request: HttpRequest, number: str, act: Callable[[Actor], object]) -> HttpResponse:
    actor = pages.desk_actor(request)
    try:
        act(actor)
    except FlowError as error:
        return pages.refusal(request, status_of(error), error.sentence)
    return pages.done(request, reverse("hotline:order", args=[number]) + pages.came_from(request))
