"""What one call adds to the figures of its minute (pure).

The figures are kept by moving them with every change of a call; `recounting` counts them afresh in another way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bangban.services.telephony.folding import LIMIT_SECONDS

NAMES = (
    "offered", "answered", "answered_in_15", "abandoned", "missed", "lost_late", "menu", "wait_seconds",
    "talk_seconds", "hold_seconds",
)  # fmt: skip

Key = tuple[datetime, int, str]
"""Minute, hotline (0 for none), language."""

Moves = dict[Key, list[int]]


class Counted(Protocol):
    """The facts of a call that count; a `CallState` and a stored call both have them."""

    offered_at: datetime
    direction: str
    language: str
    outcome: str
    answered_at: datetime | None
    wait_seconds: int | None
    talk_seconds: int | None
    hold_seconds: int
    menu: bool


def minute_of(at: datetime) -> datetime:
    """Return the minute in which a moment lies."""
    return at.replace(second=0, microsecond=0)


def share_of(call: Counted) -> list[int]:
    """Return what a call adds, in the order of NAMES; an outgoing call adds nothing (GB33358-3.8)."""
    if call.direction != "in":
        return [0] * len(NAMES)
    answered, wait = call.answered_at is not None, call.wait_seconds or 0
    lost = call.outcome in ("abandoned", "missed")
    return [
        1,
        int(answered),
        int(answered and wait <= LIMIT_SECONDS),
        int(call.outcome == "abandoned"),
        int(call.outcome == "missed"),
        int(lost and wait > LIMIT_SECONDS),
        int(call.menu),
        wait if answered else 0,
        call.talk_seconds or 0,
        call.hold_seconds,
    ]


def move(moves: Moves, call: Counted, center: int | None, sign: int) -> None:
    """Add a call to the moves of its minute and hotline, or take it away again with the sign -1."""
    known = moves[(minute_of(call.offered_at), center or 0, call.language)]
    for place, value in enumerate(share_of(call)):
        known[place] += sign * value


def no_moves() -> Moves:
    """Return an empty collection of moves."""
    return defaultdict(lambda: [0] * len(NAMES))


def real(moves: Mapping[Key, list[int]]) -> list[tuple[Key, list[int]]]:
    """Return the moves that change something, sorted, so that two writers lock minutes in the same order."""
    return sorted((key, values) for key, values in moves.items() if any(values))
