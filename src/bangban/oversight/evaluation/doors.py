"""What can be rated, and by which door: an online case, a visit to a window."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import NotYours
from bangban.foundation.ledger.models import Record
from bangban.services.cases.actions.door import case_deed
from bangban.services.cases.parties import parties_of as case_parties
from bangban.services.cases.reads import get_case
from bangban.services.queues.actions.door import ticket_deed
from bangban.services.queues.parties import parties_of as ticket_parties
from bangban.services.queues.reads import get_ticket


@dataclass(frozen=True)
class Door:
    """How a record of one kind is found and rated; `raters` are the parties that may."""

    enter: Callable[[Actor, str, str], AbstractContextManager[Deed[Any]]]
    find: Callable[[Actor, str], Record]
    parties: Callable[[Any, Actor], frozenset[str]]
    raters: frozenset[str]

    def may_rate(self, record: Record, actor: Actor) -> bool:
        """Tell whether the actor is one whose service this was, or the device that asks that person."""
        return not self.raters.isdisjoint(self.parties(record, actor))


DOORS = {
    "ZX": Door(case_deed, get_case, case_parties, frozenset({"user"})),
    "QH": Door(ticket_deed, get_ticket, ticket_parties, frozenset({"holder", "rating_device"})),
}


def door_of(number: str) -> Door:
    """Return the door for a record number; NotYours for a number that nothing rated begins with."""
    try:
        return DOORS[number[:2]]
    except KeyError:
        raise NotYours("没有找到这条记录，请核对编号。") from None
