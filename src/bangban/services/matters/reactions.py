"""Orders are gathered as they are registered, leave when they are withdrawn or refused, and follow merges."""

from __future__ import annotations

from bangban.foundation.flows.reacting import follows
from bangban.foundation.ledger.models import Event
from bangban.services.matters import actions, sources
from bangban.services.matters.models.matters import Left

ENDS = {"order.withdraw": Left.WITHDRAWN, "order.refuse": Left.REFUSED}


@follows("matters", "order.register", "order.save", "order.withdraw", "order.refuse", "order.merge", "order.unmerge")
def gather(event: Event) -> None:
    """Remember a registered order and join or open its matter, each order once; follow what is changed of it later."""
    if event.kind in ENDS:
        actions.forget(event.number)
        actions.leave(event.number, ENDS[event.kind])
    elif event.kind == "order.merge":
        actions.keep_together(event.number, str(event.data["into"]))
    elif event.kind == "order.unmerge":
        actions.keep_apart(event.number, str(event.data["main"]))
    elif (told := sources.told(event.number)) is not None:
        if event.kind == "order.register":
            actions.take_in(told)
        else:
            actions.remember_anew(told)
