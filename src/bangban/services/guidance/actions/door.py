"""The door of guidance: a step of the owner or of the service user, in the stages where it belongs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import NotAllowed
from bangban.registry.catalog.views import ItemDetail
from bangban.services.cases.actions.door import case_deed
from bangban.services.cases.models import Case
from bangban.services.guidance.reads.loading import item_of

GUIDED = ("guide", "assist")
ASSISTED = ("assist",)
STAGES = {GUIDED: "服务对象同意进入导办之后才能进行这一步。", ASSISTED: "服务对象同意进入帮办之后才能进行这一步。"}


@contextmanager
def step(actor: Actor, number: str, name: str, states: tuple[str, ...] = GUIDED) -> Iterator[Deed[Case]]:
    """Do one step on a case, by its owner or its service user; outside the stages it is refused (409)."""
    with case_deed(actor, number, "_work" if actor.is_staff else "_by_user") as deed:
        if deed.record.state not in states:
            raise NotAllowed(STAGES[states], state=deed.record.state)
        deed.tell(step=name)
        yield deed


def matched_item(deed: Deed[Case]) -> ItemDetail:
    """Return the item of a case in guidance; it was chosen before (T637-8.3-b)."""
    item = item_of(deed.record)
    if item is None:
        raise NotAllowed("请先为这个需求选定事项。", state=deed.record.state, needs="item")
    return item
