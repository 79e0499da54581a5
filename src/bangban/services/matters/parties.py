"""Who sees and who handles matters."""

from __future__ import annotations

from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.services.telephony.belonging import scope


def parties(matter: Any, actor: Actor) -> frozenset[str]:
    """Return what the actor is to matters; empty for everybody without the duty. A matter holds no personal data.

    In a house with several hotlines, none of them sees a matter of another.
    """
    if actor.kind == "system":
        return frozenset({"system"})
    if not actor.is_staff or actor.unsigned:
        return frozenset()
    own = scope(actor.unit_id)
    if matter is not None and own is not None and matter.center_id != own:
        return frozenset()
    found = {"viewer"} if may(actor, "matters.view") else set()
    found |= {"handler"} if may(actor, "matters.handle") else set()
    return frozenset(found | ({"manager"} if may(actor, "orders.manage") else set()))
