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


MEASURES = {
    "open_window": "增开窗口",
    "serve": "让其他窗口分担",
    "move": "分流到其他业务类别",
    "online": "引导网上办理",
    "book": "引导预约其他时段",
    "soothe": "现场疏导安抚",
}
"""What can be done about a crowd (DB23-6.3.2-f)."""

CALM_FOR = timedelta(minutes=5)
"""So long the thresholds must not be passed before an alert is over."""

TELL_CHANGE, TELL_AGAIN = timedelta(minutes=5), timedelta(minutes=5)
"""A waiting person hears of another estimate when it differs by so much, and not again within that time."""


def share_to_move(waiting: int) -> int:
    """Return how many of the people waiting in a crowded class are sent on: the later half."""
    return waiting // 2


def worth_telling(told: tuple[datetime, int] | None, at: datetime, seconds: int | None, issued_at: datetime) -> bool:
    """Tell whether somebody should hear that the wait is now `seconds` from `at`.

    `told` is when what was told last. What counts is the moment at which they will be called: it has moved by more than
    five minutes, and five have passed since they were told. Nothing is told when nothing can be said.
    """
    if seconds is None:
        return False
    if told is None:
        return at - issued_at >= TELL_AGAIN
    told_at, said = told
    moved = abs((at + timedelta(seconds=seconds)) - (told_at + timedelta(seconds=said)))
    return moved > TELL_CHANGE and at - told_at >= TELL_AGAIN


def label_of(letter: str, sequence: int) -> str:
    """Return what is called and printed: A001 … A999, A1000."""
    return f"{letter}{sequence:03d}"
