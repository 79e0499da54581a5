"""Finding orders for whoever may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours
from bangban.services.hotline.models import Assignment, WorkOrder
from bangban.services.hotline.parties import parties_of

STRANGER = "没有找到这张工单，请核对编号和查询码。"
_UNREAD = (
    "course", "present_state", "handling_text", "result_text", "transfer_opinion", "contact_name", "contact_phone",
    "contact_address", "words", "facts", "skipped_facts",
)  # fmt: skip


def found_order(actor: Actor, number: str) -> WorkOrder:
    """Return an order that the actor may see; strangers get NotYours, exactly as if it did not exist."""
    wanted = number.strip().upper()
    related = ("category", "agent", "handler", "caller", "about_unit", "about_staff", "merged_into", "emergency")
    found = WorkOrder.objects.select_related(*related).filter(number=wanted).first() if wanted.isprintable() else None
    if found is None or not parties_of(found, actor):
        raise NotYours(STRANGER)
    return found


def seen_orders(actor: Actor, numbers: Iterable[str]) -> dict[str, WorkOrder]:
    """Return those of some orders that the actor may see, by number, in two queries however many they are.

    For lines of a list: long texts and contact data stay unread.
    """
    rows = list(WorkOrder.objects.select_related("emergency").defer(*_UNREAD).filter(number__in=[*numbers]))
    given: defaultdict[object, list[Assignment]] = defaultdict(list)
    if any(order.units for order in rows):
        found = Assignment.objects.filter(order_id__in=[order.id for order in rows]).order_by("offered_at", "id")
        for assignment in found:
            given[assignment.order_id].append(assignment)
    for order in rows:
        order._assignments = given[order.id]  # type: ignore[attr-defined]
    return {order.number: order for order in rows if parties_of(order, actor)}


def may_follow(actor: Actor, number: str) -> bool:
    """Tell whether the actor may hear what happens on an order."""
    found = WorkOrder.objects.filter(number=number).first()
    return found is not None and bool(parties_of(found, actor))
