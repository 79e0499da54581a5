"""The order of the queue, as pure functions; published in the hall as it stands here.

A ticket's place is the moment it joined, moved forward by the largest credit of its flags. So a priority ticket
overtakes whoever waits less long than its credit, and nobody who waits longer: a person who has waited as long as the
largest credit is overtaken by no one who comes after, whatever comes. That bounds everybody's wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

STEP = timedelta(microseconds=1)


def rank(queued_at: datetime, flags: Iterable[str], credits: Mapping[str, timedelta]) -> datetime:
    """Return the place in the order: the earlier, the sooner called (DB23-6.7.3, F5.04)."""
    return queued_at - max((credits.get(flag, timedelta()) for flag in flags), default=timedelta())


def rank_of_rejoin(waiting: Sequence[datetime], behind: int, former: datetime) -> datetime:
    """Return the place of a ticket that missed its call and comes back: behind the next `behind` waiting ones.

    `waiting` are the places of the class in order; with fewer waiting it stands behind all of them, with nobody
    waiting where it was. It is never earlier than the place it had before.
    """
    ahead = waiting[:behind]
    return max(former, ahead[-1] + STEP) if ahead else former


def label_of(letter: str, sequence: int) -> str:
    """Return what is called and printed: A001 … A999, A1000."""
    return f"{letter}{sequence:03d}"
