"""Which parties an actor is on a supervision task."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import HOTLINE
from bangban.oversight.supervision.models import Task
from bangban.services.hotline.terms import COMPLAINTS


def parties_of(task: Task, actor: Actor) -> frozenset[str]:
    """Return what the actor is to this task; empty for strangers."""
    if actor.kind == "system":
        return frozenset({"system"})
    if not actor.is_staff or actor.unsigned or _complained_about(task, actor):
        return frozenset()
    found: set[str] = set()
    if actor.staff_id == task.officer_id and "supervision_officer" in actor.duties:
        found.add("officer")
    if actor.unit_id == task.center_id:
        found |= {"colleague"} if not actor.duties.isdisjoint(HOTLINE) else set()
        # A task without an officer of the duty falls to the manager until one is appointed.
        found |= {"manager"} if "hotline_manager" in actor.duties else set()
        found |= {"officer"} if "hotline_manager" in actor.duties and actor.staff_id == task.officer_id else set()
    if task.unit_id is not None and actor.unit_id == task.unit_id and "undertaker" in actor.duties:
        found.add("unit")
    return frozenset(found)


def _complained_about(task: Task, actor: Actor) -> bool:
    """Tell whether the task is about a complaint of this person, who is a stranger to it (F3.30)."""
    order = task.order
    return order is not None and order.kind in COMPLAINTS and order.about_staff_id == actor.staff_id


def topics_of(task: Task) -> list[str]:
    """Return who hears of a task: its officer, the hotline, the unit."""
    topics = [f"desk:{task.officer_id}", f"unit:{task.center_id}"]
    return [*topics, f"unit:{task.unit_id}"] if task.unit_id else topics


def place_of(task: Task) -> tuple[int | None, int | None]:
    """Return who supervises and where, as intervals keep them."""
    return task.officer_id, task.center_id
