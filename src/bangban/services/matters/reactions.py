"""Registered orders are gathered as they are committed."""

from __future__ import annotations

from bangban.foundation.flows.reacting import follows
from bangban.foundation.ledger.models import Event
from bangban.services.matters import actions, sources


@follows("matters", "order.registered")
def gather(event: Event) -> None:
    """Remember a registered order and join or open its matter, each order once."""
    told = sources.told(event.number)
    if told is not None:
        actions.take_in(told)
