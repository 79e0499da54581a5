"""Who may do something here: members of staff with the duty, by their id."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import NotYours


def staff_who_may(actor: Actor, permission: str) -> int:
    """Return the id of the acting member of staff; NotYours for everybody whose duties do not carry the permission."""
    if actor.staff_id is None or not may(actor, permission):
        raise NotYours("没有找到这个页面，或您的岗位不办理这项工作。")
    return actor.staff_id
