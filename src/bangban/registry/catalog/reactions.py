"""What the catalogue does when others act: it counts which items are asked for (T637-5-a)."""

from __future__ import annotations

from uuid import UUID

from bangban.foundation.flows.reacting import follows
from bangban.foundation.ledger.models import Event
from bangban.registry.catalog import chores
from bangban.registry.catalog.actions.counters import count_demand

__all__ = ["chores", "count"]

ASKING = ("case.opened", "case.sort", "case.assign", "case.transfer_down", "application.submit")


@follows("catalog.demand", *ASKING)
def count(event: Event) -> None:
    """Count the item that an event names (`item_id`, and `user_kind` for the side), once for each record.

    Read after commit by the worker, so that many people who ask for one item never wait for its counter.
    """
    if item := event.data.get("item_id"):
        count_demand(UUID(str(item)), event.data.get("user_kind", ""), event.at, record_id=event.record_id)
