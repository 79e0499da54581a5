"""Short ways to bring a case to a state, each through the actions."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.registry.catalog.models.items import Item
from bangban.services.cases import actions
from bangban.services.cases.actions import NewCase
from tests.cast import Cast, guest

SORTED = {
    "need_summary": "本市失业人员想了解领取条件",
    "question_type": "procedure",
    "scope": "own",
    "complexity": "complex",
}
QUESTION = "失业了怎么领失业金"


def opened(**changes: object) -> tuple[str, Actor]:
    """Return number and citizen of a new case."""
    new = NewCase(**{"question": QUESTION, "phone": "13900000001", "name": "张三", **changes})  # type: ignore[arg-type]
    done = actions.open_case(guest("nobody"), new)
    return done.case.number, guest(done.token)


def claimed(city: Cast, item: Item | None = None, **changes: object) -> tuple[str, Actor]:
    """Return a case that the guide has claimed and sorted."""
    number, citizen = opened(**changes)
    actions.claim(city.guide, number)
    actions.sort(city.guide, number, {**SORTED, **({"item": str(item.id)} if item else {})})
    return number, citizen


def consulting(city: Cast, item: Item) -> tuple[str, Actor]:
    """Return a case that the specialist has accepted."""
    number, citizen = claimed(city, item)
    actions.assign(city.guide, number, {"to": "specialist"})
    actions.accept(city.specialist, number)
    return number, citizen


def closed(city: Cast, item: Item) -> tuple[str, Actor]:
    """Return a case that was closed with an opinion."""
    number, citizen = consulting(city, item)
    actions.close(city.specialist, number, {"opinion": "符合条件，可在线申领。"})
    return number, citizen
