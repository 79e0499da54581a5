"""Hints to the pages of agents and to the wall: that there is something to fetch, never what."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import UUID

from bangban.foundation.clocks.moment import now
from bangban.foundation.live.actions import Sign, publish_signs
from bangban.registry.org.reads import tree
from bangban.services.telephony.actions.rows import Pairs, People
from bangban.services.telephony.folding import CallState

FRESH = timedelta(minutes=10)
WALL_SECONDS = 1.0

_wall_told = float("-inf")


def tell(pairs: Pairs, people: People) -> None:
    """Tell each agent of a call that changed just now, and the wall at most once a second from each process.

    What reaches the wall later in that second is told by the chore that looks every five seconds.
    """
    global _wall_told
    fresh = [(row.id, state) for row, state in pairs if state.last_at > now() - FRESH]
    signs = [sign for call_id, state in fresh for sign in _desk_signs(call_id, state, people)]
    if fresh and time.monotonic() - _wall_told >= WALL_SECONDS:
        _wall_told = time.monotonic()
        signs += _wall_signs()
    publish_signs(signs)


def tell_wall() -> None:
    """Tell the wall that it may look again."""
    publish_signs(_wall_signs())


def tell_desk(staff_id: int) -> None:
    """Tell an agent's page that the seat has changed."""
    publish_signs([Sign(f"desk:{staff_id}", "seat.changed", {}, "staff")])


def _desk_signs(call_id: UUID, state: CallState, people: People) -> list[Sign]:
    """Tell those who are in the call now, and those whose part in it ended with the newest event."""
    heard = {
        people[leg.name].id
        for leg in state.legs
        if leg.role == "agent" and leg.name in people and (leg.ended_at is None or leg.ended_at >= state.last_at)
    }
    data = {"call": str(call_id), "outcome": state.outcome}
    return [Sign(f"desk:{staff_id}", "call.changed", data, "staff") for staff_id in sorted(heard)]


def _wall_signs() -> list[Sign]:
    return [Sign(f"hotline:{place.id}", "wall.changed", {}, "staff") for place in tree().of_kind("hotline")]
