"""The offer to pass a case to 12345 now, with everything that was told (BJ-4.2), and the orders that it passed into."""

from __future__ import annotations

from dataclasses import dataclass

from bangban.services.cases.models import Case, CloseReason, OutOfScope
from bangban.services.cases.reads import CaseView
from bangban.services.hotline.actions.linking import HOTLINE_CLASSES
from bangban.services.hotline.reads.messages import LinkedRecord, linked


@dataclass(frozen=True)
class Offer:
    """Whether a case page offers an order, whether it must ask about secrecy, and the orders there are."""

    open: bool = False
    asks_secrecy: bool = False
    orders: tuple[LinkedRecord, ...] = ()


def offer_of(view: CaseView) -> Offer:
    """Return what a case page says about the hotline: two small queries, one for most cases."""
    orders = tuple(one for one in linked(view.id) if one.record_type == "order")
    if view.close_reason != CloseReason.OUT_OF_SCOPE or any(one.state != "withdrawn" for one in orders):
        return Offer(orders=orders)
    klass = Case.objects.filter(id=view.id).values_list("out_of_scope_class", flat=True).get()
    return Offer(klass in HOTLINE_CLASSES, klass == OutOfScope.COMPLAINT, orders)
