"""What every action here needs: the locked record, and who may begin one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed, deed
from bangban.foundation.flows.flow import Flow, NotYours
from bangban.foundation.ledger.models import Record
from bangban.oversight.holdings.parties import manages

R = TypeVar("R", bound=Record)


@contextmanager
def on(
    flow: Flow, model: type[R], actor: Actor, number: str, action: str, given: Mapping[str, Any] | None = None
) -> Iterator[Deed[R]]:
    """Do one action on the record of a number."""

    def lock() -> R | None:
        return model._default_manager.select_for_update().filter(number=number.strip().upper()).first()

    chosen: Callable[[], R | None] = lock
    with deed(flow, chosen, action, actor, given) as work:
        yield work


def keeper_of_books(actor: Actor) -> tuple[int, int]:
    """Return body and staff id of whoever may register here; NotYours for everybody else."""
    if actor.unit_id is None or actor.staff_id is None or not manages(actor, actor.unit_id):
        raise NotYours("没有找到这个页面，或您的岗位不办理这项工作。")
    return actor.unit_id, actor.staff_id
