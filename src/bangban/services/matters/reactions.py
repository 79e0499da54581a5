"""Orders are gathered as they are registered, and forgotten when they are withdrawn or refused."""

from __future__ import annotations

from bangban.foundation.flows.reacting import follows
from bangban.foundation.ledger.models import Event
from bangban.services.matters import actions, sources


@follows("matters", "order.register", "order.save", "order.withdraw", "order.refuse")
def gather(event: Event) -> None:
    """Remember a registered order and join or open its matter, each order once; follow what is changed of it later."""
    if event.kind in ("order.withdraw", "order.refuse"):
        actions.forget(event.number)
        return
    told = sources.told(event.number)
    if told is None:
        return
    if event.kind == "order.register":
        actions.take_in(told)
    else:
        actions.remember_anew(told)
