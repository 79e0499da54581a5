"""Who sees and who handles matters."""

from __future__ import annotations

from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may


def parties(matter: Any, actor: Actor) -> frozenset[str]:
    """Return what the actor is to matters; empty for everybody without the duty. A matter holds no personal data."""
    del matter
    if actor.kind == "system":
        return frozenset({"system"})
    if not actor.is_staff or actor.unsigned:
        return frozenset()
    found = {"viewer"} if may(actor, "matters.view") else set()
    found |= {"handler"} if may(actor, "matters.handle") else set()
    return frozenset(found | ({"manager"} if may(actor, "orders.manage") else set()))
