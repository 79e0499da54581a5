"""The door of this room: every action on an existing order goes through here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed, deed
from bangban.foundation.flows.flow import NotYours
from bangban.services.hotline.finding import refresh
from bangban.services.hotline.flow import FLOW
from bangban.services.hotline.models import WorkOrder


def locked(number: str) -> Callable[[], WorkOrder | None]:
    """Return how to lock one order by its number."""
    return lambda: WorkOrder.objects.select_for_update(of=("self",)).filter(number=number).first()


@contextmanager
def order_deed(
    actor: Actor, number: str, action: str, given: Mapping[str, Any] | None = None
) -> Iterator[Deed[WorkOrder]]:
    """Do one action on one order; raises NotYours, NotAllowed or Incomplete before anything is changed."""
    with deed(FLOW, locked(number), action, actor, given) as work:
        yield work
        refresh(work)


def seen(actor: Actor, number: str) -> WorkOrder:
    """Return an order that the actor may look at; NotYours otherwise."""
    order = WorkOrder.objects.filter(number=number).first()
    if order is None or not FLOW.parties(order, actor):
        raise NotYours("没有找到这张工单，请核对编号。")
    return order
