"""What really happened on the played exchange: the record that the house's own must equal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import astuple

IN_TIME = timedelta(seconds=15)


@dataclass
class Played:
    """One call as the exchange knows it; `agent` is who answered, `outcome` as the house names it."""

    call: str
    caller: str
    offered: datetime
    language: str = ""
    agent: str = ""
    answered: datetime | None = None
    ended: datetime | None = None
    outcome: str = "waiting"
    missed: int = 0
    transfers: int = 0
    thirds: int = 0


class Counted(msgspec.Struct, frozen=True):
    """Figures of some calls, each counted at the moment when it was offered."""

    calls: int
    answered: int
    lost: int
    in_time: int
    lost_late: int

    @property
    def share(self) -> float:
        """Return how many of those answered, or lost after more than 15 s, were answered within 15 s."""
        whole = self.answered + self.lost_late
        return self.in_time / whole if whole else 1.0

    def since(self, before: Counted) -> Counted:
        """Return what was added."""
        return Counted(*(mine - theirs for mine, theirs in zip(astuple(self), astuple(before), strict=True)))

    def and_also(self, other: Counted) -> Counted:
        """Return the figures of both."""
        return Counted(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


def truth_of(played: Iterable[Played]) -> Counted:
    """Count what was played."""
    rows = list(played)
    answered = [row.answered - row.offered for row in rows if row.answered]
    lost = [row.ended - row.offered for row in rows if row.ended and not row.answered]
    return Counted(
        calls=len(rows),
        answered=len(answered),
        lost=len(lost),
        in_time=sum(wait <= IN_TIME for wait in answered),
        lost_late=sum(wait > IN_TIME for wait in lost),
    )
