"""The boxes of the hotline and of a unit, and whom they are open to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import HOTLINE
from bangban.foundation.clocks.moment import now
from bangban.services.hotline.flow import FINAL, STATES, WITH_UNIT
from bangban.services.hotline.reads.facets import EMERGENCY, SUPERVISED, UNSATISFIED, Group, any_of
from bangban.services.hotline.reads.rows import Where

HOTLINE_BOXES = {
    "mine": "我在办",
    "incoming": "待受理",
    "registered": "待转办",
    "returned": "退回待改派",
    "with_units": "单位在办",
    "overdue": "办理超期",
    "emergency": "突发应急",
    "completed": "待回访",
    "unsatisfied": "不满意待定",
    "supervised": "督办中",
    "archive": "档案",
    "all": "全部",
}
UNIT_BOXES = {
    "offered": "待签收",
    "handling": "办理中",
    "soon": "临近时限",
    "late": "已超期",
    "assisting": "协办",
    "done": "已办结",
    "unit": "本单位全部",
}
BOXES = {**HOTLINE_BOXES, **UNIT_BOXES}
SOON = timedelta(days=1)

URGENT = "(o.urgency = 'emergency' OR o.emergency_class <> '')"
"""An emergency, reported or only told by its words: nobody has to report it first to find it (GB33358-5.1.2.4-b)."""
_OPEN = "o.state IN ('dispatched', 'handling')"
_UNSIGNED = (
    "o.state = 'dispatched' AND EXISTS (SELECT 1 FROM clocks_clock c WHERE c.record_id = o.id AND c.state = 'running'"
    " AND c.code = 'order_sign' AND c.due_at < %s::timestamptz)"
)


def _center(actor: Actor, sql: str, *values: object, facets: tuple[Group, ...] = ()) -> Where:
    """Return a box of the hotline at which the actor works."""
    also = Where("o.center_id = %s::bigint", (actor.unit_id,), (any_of("center", actor.unit_id),))
    return Where(sql, values, facets) & also if sql else also


def _unit(actor: Actor, sql: str, *values: object, facets: tuple[Group, ...] = ()) -> Where:
    """Return a box of the unit at which the actor works."""
    lead = Where("o.lead_unit_id = %s::bigint", (actor.unit_id,), (any_of("unit", actor.unit_id),))
    return lead & Where(sql, values, facets) if sql else lead


def _in(*states: str) -> tuple[Group, ...]:
    return (any_of("state", *states),)


_UNDER_WAY = tuple(state for state in STATES if state not in FINAL)

BOX: dict[str, Callable[[Actor], Where]] = {
    "mine": lambda actor: Where(
        "o.agent_id = %s::bigint AND o.state IN ('registering', 'registered', 'returned')", (actor.staff_id,),
        (any_of("agent", actor.staff_id), *_in("registering", "registered", "returned")),
    ),
    "incoming": lambda actor: _center(
        actor, "o.state = 'registering' AND o.agent_id IS NULL", facets=_in("registering")
    ),
    "registered": lambda actor: _center(actor, "o.state = 'registered'", facets=_in("registered")),
    "returned": lambda actor: _center(actor, "o.state = 'returned'", facets=_in("returned")),
    "with_units": lambda actor: _center(actor, _OPEN, facets=_in(*WITH_UNIT)),
    "overdue": lambda actor: _center(actor, f"{_OPEN} AND o.due_at < %s::timestamptz", now(), facets=_in(*WITH_UNIT)),
    "emergency": lambda actor: _center(
        actor, f"{URGENT} AND o.state NOT IN ('archived', 'withdrawn')",
        facets=(EMERGENCY, *_in(*_UNDER_WAY)),
    ),
    "completed": lambda actor: _center(actor, "o.state = 'completed'", facets=_in("completed")),
    "unsatisfied": lambda actor: _center(
        actor, "o.state = 'visited' AND o.process_satisfied IS FALSE AND o.result_satisfied IS FALSE AND o.redo_decided = ''",
        facets=(UNSATISFIED, *_in("visited")),
    ),
    "supervised": lambda actor: _center(
        actor, "o.supervision_level > 0 AND o.state NOT IN ('archived', 'withdrawn')",
        facets=(SUPERVISED, *_in(*_UNDER_WAY)),
    ),
    "archive": lambda actor: _center(actor, "o.state = 'archived'", facets=_in("archived")),
    "all": lambda actor: _center(actor, ""),
    "offered": lambda actor: _unit(actor, "o.state = 'dispatched'", facets=_in("dispatched")),
    "handling": lambda actor: _unit(actor, "o.state = 'handling'", facets=_in("handling")),
    "soon": lambda actor: _unit(
        actor, f"{_OPEN} AND o.due_at BETWEEN %s::timestamptz AND %s::timestamptz", now(), now() + SOON,
        facets=_in(*WITH_UNIT),
    ),
    "late": lambda actor: _unit(
        actor, f"{_OPEN} AND (o.due_at < %s::timestamptz OR {_UNSIGNED})", now(), now(), facets=_in(*WITH_UNIT)
    ),
    "assisting": lambda actor: Where(
        "o.id = ANY(ARRAY(SELECT a.order_id FROM hotline_assignment a WHERE a.unit_id = %s::bigint"
        " AND a.role = 'assisting' AND a.state IN ('offered', 'signed') ORDER BY a.offered_at DESC LIMIT 5000))",
        (actor.unit_id,),
    ),
    "done": lambda actor: _unit(
        actor, "o.state IN ('completed', 'visited', 'archived')", facets=_in("completed", "visited", "archived")
    ),
    "unit": lambda actor: _unit(actor, ""),
}  # fmt: skip
HISTORY = ("completed", "unsatisfied", "archive", "done", "emergency")
"""Boxes in which emergencies need not be put first: nothing waits for an emergency there, or all are."""
FEW = ("assisting",)
"""Boxes of orders that are named one by one, so few that all can be looked at."""


def boxes_of(actor: Actor) -> dict[str, str]:
    """Return the boxes that an actor's duties open, by code and label."""
    found: dict[str, str] = {}
    if at_hotline(actor):
        found |= (
            HOTLINE_BOXES
            if "hotline_agent" in actor.duties
            else {k: v for k, v in HOTLINE_BOXES.items() if k != "mine"}
        )
    if "undertaker" in actor.duties:
        found |= UNIT_BOXES
    return found


def at_hotline(actor: Actor) -> bool:
    """Tell whether the actor works for the hotline or keeps its archive."""
    return actor.is_staff and not actor.duties.isdisjoint(HOTLINE | {"archivist"})
