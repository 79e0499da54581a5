"""Who is what to an appraisal, a sampling, a review and a plan.

Whoever takes in matters never appraises: the duty of agents closes the manager's doors, whatever else somebody holds
(GB33358-4.1.1).
"""

from __future__ import annotations

from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may

ACCEPTS = "hotline_agent"
UNSHOWN = ("counting", "failed", "drafted")
"""Before units are asked for their opinion, an appraisal is the hotline's own."""


def manages(actor: Actor, center_id: int) -> bool:
    """Tell whether the actor appraises for this hotline."""
    return actor.unit_id == center_id and may(actor, "appraisal.manage") and ACCEPTS not in actor.duties


def inspects(actor: Actor, center_id: int) -> bool:
    """Tell whether the actor scores calls for this hotline."""
    return actor.unit_id == center_id and may(actor, "quality.score") and ACCEPTS not in actor.duties


def _of_house(record: Any, actor: Actor) -> set[str] | None:
    if actor.kind == "system":
        return {"system"}
    if not actor.is_staff or actor.unsigned:
        return None
    found = {"manager"} if manages(actor, record.center_id) else set()
    found |= {"inspector"} if inspects(actor, record.center_id) else set()
    if actor.unit_id == record.center_id and may(actor, "appraisal.view") and ACCEPTS not in actor.duties:
        found.add("viewer")
    return found


def appraisal_parties(record: Any, actor: Actor) -> frozenset[str]:
    """Return what the actor is to an appraisal; units once objections are open, everybody with the duty once published."""
    found = _of_house(record, actor)
    if found is None:
        return frozenset()
    if "system" not in found and may(actor, "appraisal.view"):
        if record.state == "published":
            found.add("reader")
        if record.state not in UNSHOWN and "undertaker" in actor.duties:
            found |= {"unit"} if record.rows.filter(unit_id=actor.unit_id).exists() else set()
    return frozenset(found)


def house_parties(record: Any, actor: Actor) -> frozenset[str]:
    """Return what the actor is to a sampling, a survey or a review: staff of the hotline only."""
    return frozenset(_of_house(record, actor) or ())


def plan_parties(record: Any, actor: Actor) -> frozenset[str]:
    """Return what the actor is to a plan: its owner may be an agent as well."""
    found = _of_house(record, actor)
    if found is None:
        return frozenset()
    return frozenset(found | ({"owner"} if actor.staff_id == record.owner_id else set()))


def topics_of(record: Any) -> list[str]:
    """Return who hears of it: the hotline."""
    return [f"unit:{record.center_id}"]


def place_of(record: Any) -> tuple[int | None, int | None]:
    """Return where it lies."""
    return None, record.center_id
