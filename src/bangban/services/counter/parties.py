"""Which parties an actor is on the desk's records: the one place that decides who sees and who acts."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.services.counter.models import HelpRequest, Inquiry


def _staff_of(body_id: int, actor: Actor) -> set[str]:
    """Return "desk" for whoever works at the hall's desk, "manager" for whoever looks after the hall."""
    found = {"desk"} if actor.unit_id == body_id and may(actor, "counter.log") else set()
    return found | ({"manager"} if body_id in actor.subtree and may(actor, "counter.log") else set())


def of_inquiry(inquiry: Inquiry, actor: Actor) -> frozenset[str]:
    """Return what the actor is to an inquiry; empty for strangers, service users included."""
    if actor.kind == "system":
        return frozenset({"system"})
    if not actor.is_staff or actor.unsigned:
        return frozenset()
    found = _staff_of(inquiry.body_id, actor)
    if found and actor.staff_id == inquiry.owner_id:
        found.add("owner")
    return frozenset(found)


def of_help(request: HelpRequest, actor: Actor) -> frozenset[str]:
    """Return what the actor is to a call for help; empty for strangers."""
    if actor.kind == "system":
        return frozenset({"system"})
    return frozenset(_staff_of(request.body_id, actor)) if actor.is_staff and not actor.unsigned else frozenset()


def inquiry_topics(inquiry: Inquiry) -> list[str]:
    """Return who is told when something happens to an inquiry: the owner's desk and the hall's staff."""
    return [f"desk:{inquiry.owner_id}", f"unit:{inquiry.body_id}"]


def help_topics(request: HelpRequest) -> list[str]:
    """Return who is told when something happens to a call for help: the machines of the hall and its staff."""
    return [f"hall:{request.body_id}", f"unit:{request.body_id}"]


def inquiry_place(inquiry: Inquiry) -> tuple[int | None, int | None]:
    """Return owner and unit, as intervals keep them."""
    return inquiry.owner_id, inquiry.body_id


def help_place(request: HelpRequest) -> tuple[int | None, int | None]:
    """Return owner and unit, as intervals keep them."""
    return request.taken_by_id, request.body_id
