"""Who gets a call: by language, then who has been free for longest (GB33358-4.2.3-b); pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

USUAL = "mandarin"


@dataclass(frozen=True)
class FreeAgent:
    """An agent who is ready; `free_since` is the end of the last call, or the sign-in."""

    staff_id: int
    work_number: str
    languages: frozenset[str]
    free_since: datetime


@dataclass(frozen=True)
class Choice:
    """Who takes the call; `shortage` when nobody free speaks the language asked for."""

    agent: FreeAgent
    shortage: bool = False


def choose(language: str, agents: Iterable[FreeAgent]) -> Choice | None:
    """Return the agent free for longest who speaks the language; else one who speaks Mandarin; else anybody.

    None when nobody is free: the call waits. A call that names no language may go to anybody, but those with other
    languages than Mandarin are spared while somebody else is free.
    """
    free = sorted(agents, key=lambda agent: (agent.free_since, agent.staff_id))
    if not free:
        return None
    if not language or language == USUAL:
        plain = [agent for agent in free if agent.languages <= {USUAL}]
        return Choice((plain or free)[0])
    speakers = [agent for agent in free if language in agent.languages]
    if speakers:
        return Choice(speakers[0])
    return Choice(next((agent for agent in free if USUAL in agent.languages), free[0]), shortage=True)
