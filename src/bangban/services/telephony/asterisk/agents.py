"""Which agent an Asterisk call goes to: those ready at their seats, by the house's rule of distribution."""

from __future__ import annotations

from bangban.services.telephony.belonging import center_of, several
from bangban.services.telephony.distribution import choose
from bangban.services.telephony.models import Call
from bangban.services.telephony.reads import free_agents


def pick(language: str, besides: frozenset[str], called: str = "") -> str | None:
    """Return the work number of the agent who takes a call to a number, none of `besides`; None when nobody is free."""
    free = free_agents(center_of(called) if several() else None)
    choice = choose(language, (agent for agent in free if agent.work_number not in besides | {""}))
    return choice.agent.work_number if choice else None


def still_open(exchange: str) -> dict[str, bool]:
    """Return the calls of an exchange whose end the house has not heard of, and whether each was answered."""
    rows = Call.objects.filter(exchange=exchange, ended_at=None).values_list("exchange_id", "answered_at", "direction")
    return {call: answered is not None or direction == "out" for call, answered, direction in rows}
