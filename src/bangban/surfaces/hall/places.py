"""Which hall a page is about: by the code in its address, or by where a member of staff works."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours
from bangban.registry.halls.reads import Hall, hall, halls
from bangban.registry.org.reads import Place, place, tree
from bangban.services.queues.parties import belongs_to_hall


def hall_by_code(code: str) -> tuple[Place, Hall]:
    """Return body and plan of a hall that everybody may see; NotYours for an unknown code or a body without a hall."""
    body = tree().by_code.get(code)
    plan = hall(body.id) if body else None
    if body is None or plan is None:
        raise NotYours("没有找到这个大厅，请核对屏幕地址中的机构代码。")
    return body, plan


def looks_after(actor: Actor, body_id: int) -> bool:
    """Tell whether a member of staff works in a hall or manages the body that it belongs to."""
    return belongs_to_hall(actor, body_id) or body_id in actor.subtree


def halls_of(actor: Actor) -> list[Place]:
    """Return the halls that a member of staff works in or looks after, the own body first."""
    found = [body for body_id in halls() if looks_after(actor, body_id) and (body := place(body_id))]
    return sorted(found, key=lambda body: (body.id != actor.unit_id, body.code))


def chosen_hall(actor: Actor, code: str = "") -> tuple[Place, Hall]:
    """Return the hall with this code among the actor's own, else the first of them; NotYours when there is none."""
    for body in halls_of(actor):
        if (not code or body.code == code) and (plan := hall(body.id)):
            return body, plan
    if code:
        raise NotYours("这个大厅不归您所在的单位管理，请核对地址。")
    raise NotYours("您所在的单位还没有设置大厅，请联系大厅值班长或系统管理员先完成大厅设置。")
