"""How other rooms react to events: at once inside the deed, or afterwards by reading the ledger in commit order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bangban.foundation.flows.deed import Deed
    from bangban.foundation.ledger.models import Event

Reaction = Callable[["Deed[Any]", "Event"], None]
Follower = Callable[["Event"], None]

_reactions: dict[str, list[Reaction]] = {}
_followers: dict[str, tuple[frozenset[str], Follower]] = {}


def reacts(*kinds: str) -> Callable[[Reaction], Reaction]:
    """Run a function inside the deed that writes an event of these kinds; its rows commit with the deed."""

    def join(function: Reaction) -> Reaction:
        for kind in kinds:
            _reactions.setdefault(kind, []).append(function)
        return function

    return join


def follows(name: str, *kinds: str) -> Callable[[Follower], Follower]:
    """Run a function for each committed event of these kinds, exactly once and in order, in the worker.

    The position is kept under `name` in the same transaction as the function's own writes, so it may only write to
    the database; what leaves the house goes through `notify`.
    """

    def join(function: Follower) -> Follower:
        _followers[name] = (frozenset(kinds), function)
        return function

    return join


def reactions_to(kind: str) -> list[Reaction]:
    """Return what runs inside a deed for this kind of event."""
    return _reactions.get(kind, [])


def followers() -> dict[str, tuple[frozenset[str], Follower]]:
    """Return all followers by name, with the kinds they read."""
    return dict(_followers)
