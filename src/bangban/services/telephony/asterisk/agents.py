"""Which agent an Asterisk call goes to: those ready at their seats, by the house's rule of distribution."""

from __future__ import annotations

from bangban.services.telephony import reads
from bangban.services.telephony.distribution import FreeAgent, choose

READY = "ready"


def pick(language: str, besides: frozenset[str]) -> str | None:
    """Return the work number of the agent who takes a call, none of `besides`; None when nobody is free."""
    free = [
        FreeAgent(seat.staff_id, seat.work_number, frozenset(seat.languages), seat.since)
        for seat in reads.seats()
        if seat.state == READY and seat.staff_id and seat.since and seat.work_number not in besides | {""}
    ]
    choice = choose(language, free)
    return choice.agent.work_number if choice else None
