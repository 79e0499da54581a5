"""The flow of a crowd alert: raised → handled → over (DB23-6.3.2-f)."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import Flow, Input, Transition, register
from bangban.services.queues.models import AlertState, CrowdAlert
from bangban.services.queues.parties import belongs_to_hall

CLAUSE = "DB23-6.3.2-f"
OPEN = ("raised", "handled")


def parties_of(alert: CrowdAlert, actor: Actor) -> frozenset[str]:
    """Return what the actor is to an alert; empty for strangers."""
    if actor.kind == "system":
        return frozenset({"system"})
    if not actor.is_staff or actor.unsigned:
        return frozenset()
    here = belongs_to_hall(actor, alert.body_id)
    found = {"hall"} if here and not actor.duties.isdisjoint({"hall_guide", "window_clerk", "hall_manager"}) else set()
    manages = (here and "hall_manager" in actor.duties) or alert.body_id in actor.subtree
    return frozenset(found | ({"hall_manager"} if manages else set()))


def topics_of(alert: CrowdAlert) -> list[str]:
    """Return who hears of an alert."""
    return [f"hall:{alert.body_id}", f"unit:{alert.body_id}"]


def place_of(alert: CrowdAlert) -> tuple[int | None, int | None]:
    """Return who took it up and the hall, as intervals keep them."""
    return alert.handled_by_id, alert.body_id


LINES = (
    Transition("take_measure", "采取措施", OPEN, "handled", ("hall_manager",), story="对拥挤采取了措施",
        asks=(Input("measure", "措施"), Input("note", "说明", required=False)), clause=CLAUSE, visibility="staff"),
    Transition("_calm", "恢复正常", OPEN, None, ("system",), clause=CLAUSE, visibility="staff"),
    Transition("_again", "再次超过", OPEN, None, ("system",), clause=CLAUSE, visibility="staff"),
    Transition("_over", "预警解除", OPEN, "over", ("system",), story="预警解除", clause=CLAUSE, visibility="staff"),
)  # fmt: skip

ALERT_FLOW = register(
    Flow(
        record_type=CrowdAlert.record_type,
        label="疏导预警",
        states=dict(AlertState.choices),
        initial=("raised",),
        transitions=LINES,
        parties=parties_of,
        topics=topics_of,
        place=place_of,
        final=("over",),
    )
)
