"""Which parties an actor is on an order: the one place that decides who sees and who acts."""

from __future__ import annotations

from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import HOTLINE
from bangban.registry.org.models import BodyKind
from bangban.registry.org.reads import tree
from bangban.services.hotline.models import Assignment, WorkOrder
from bangban.services.hotline.terms import AssignmentState, Role

BUSY = (AssignmentState.OFFERED, AssignmentState.SIGNED)


def parties_of(order: WorkOrder, actor: Actor) -> frozenset[str]:
    """Return what the actor is to this order; empty for strangers.

    The unit complained about and the person complained about are strangers to the order (GB33358-5.1.1.3, F3.30). Whoever
    took or handled an order never calls back on it (GB33358-5.4.1).
    """
    if actor.kind == "system":
        return frozenset({"system"})
    if actor.is_staff:
        return frozenset() if actor.unsigned or _complained_about(order, actor) else _staff_parties(order, actor)
    mine = actor.person_id is not None and actor.person_id == order.person_id
    return frozenset({"requester"}) if mine or bytes(order.token_digest) in actor.tokens else frozenset()


def _complained_about(order: WorkOrder, actor: Actor) -> bool:
    if order.kind not in ("complaint", "report_of_violation"):
        return False
    return actor.staff_id is not None and actor.staff_id == order.about_staff_id


def _staff_parties(order: WorkOrder, actor: Actor) -> frozenset[str]:
    found: set[str] = set()
    if actor.unit_id == order.center_id:
        found |= _at_the_hotline(order, actor)
    if "undertaker" in actor.duties and actor.unit_id is not None:
        found |= _as_unit(order, actor.unit_id)
    if "archivist" in actor.duties and actor.unit_id == order.center_id:
        found.add("archivist")
    return frozenset(found)


def _at_the_hotline(order: WorkOrder, actor: Actor) -> set[str]:
    found: set[str] = set()
    if not actor.duties.isdisjoint(HOTLINE):
        found.add("colleague")
    if "hotline_agent" in actor.duties:
        found.add("desk")
        if actor.staff_id == order.agent_id:
            found.add("agent")
    if "hotline_manager" in actor.duties:
        found |= {"manager", "desk"}
        if actor.staff_id == order.agent_id:
            found.add("agent")
    if not actor.duties.isdisjoint({"callback_visitor", "supervision_officer"}) and not _took_part(order, actor):
        found |= {"visitor"} if "callback_visitor" in actor.duties else set()
        found |= {"officer"} if "supervision_officer" in actor.duties else set()
    return found


def _took_part(order: WorkOrder, actor: Actor) -> bool:
    """Tell whether somebody took the order in, handled it now, or signed for it in any round (GB33358-5.4.1)."""
    if actor.staff_id in (order.agent_id, order.handler_id):
        return True
    return any(assignment.signed_by_id == actor.staff_id for assignment in assignments_of(order))


def _as_unit(order: WorkOrder, unit_id: int) -> set[str]:
    found: set[str] = set()
    for assignment in assignments_of(order):
        if assignment.unit_id != unit_id:
            continue
        found.add("former_unit")
        if assignment.round == order.round and assignment.state in (*BUSY, AssignmentState.REPLIED):
            found.add("lead" if assignment.role == Role.LEAD else "assisting")
    if emergency_body(order) == unit_id:
        found.add("emergency")
    return found


def emergency_body(order: WorkOrder) -> int | None:
    """Return the body that an emergency was reported to, if any; read once for each loaded order."""
    if not order.emergency_class:
        return None
    report = getattr(order, "emergency", None)
    return report.body_id if report is not None else None


def assignments_of(order: WorkOrder) -> list[Assignment]:
    """Return what units were given of an order, oldest first, read once for each loaded order."""
    known: list[Assignment] | None = getattr(order, "_assignments", None)
    if known is None:
        known = list(Assignment.objects.filter(order_id=order.id).order_by("offered_at", "id")) if order.units else []
        order._assignments = known  # type: ignore[attr-defined]
    return known


def topics_of(order: WorkOrder) -> list[str]:
    """Return who hears of an order: its own page, the hotline, its agent, its units."""
    topics = [f"order:{order.number}", f"unit:{order.center_id}", *(f"unit:{unit}" for unit in order.units)]
    return [*topics, f"desk:{order.agent_id}"] if order.agent_id else topics


def place_of(order: WorkOrder) -> tuple[int | None, int | None]:
    """Return who has the order and where, as intervals keep them: the agent at intake, then the handling unit."""
    if order.state in ("dispatched", "handling"):
        return order.handler_id, order.lead_unit_id
    return order.agent_id, order.center_id


def of_hotline(actor: Actor) -> Q:
    """Return the condition for what belongs to the actor's hotline, or to none; everything in a house with one."""
    hotlines = {place.id for place in tree().of_kind(BodyKind.HOTLINE)}
    if len(hotlines) < 2 or actor.unit_id not in hotlines:
        return Q()
    return Q(center_id=actor.unit_id) | Q(center_id=None)
