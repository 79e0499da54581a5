"""What is done again and again: rooms name a function and how often, the worker does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

Work = Callable[[datetime], object]


@dataclass(frozen=True)
class Chore:
    """One recurring piece of work; `cron` has six fields, seconds last. It must be harmless to run twice."""

    name: str
    cron: str
    work: Work


_chores: dict[str, Chore] = {}


def chore(name: str, cron: str) -> Callable[[Work], Work]:
    """Register a function `work(now)` to run on a cron line (procrastinate's form: seconds in the sixth field)."""

    def join(work: Work) -> Work:
        _chores[name] = Chore(name, cron, work)
        return work

    return join


def chores() -> list[Chore]:
    """Return all recurring work."""
    return list(_chores.values())
