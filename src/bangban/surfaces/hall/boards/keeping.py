"""What is worked out once for all screens of a hall, and again when something has happened there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from bangban.foundation.clocks.moment import now
from bangban.foundation.live.reads import current_seq, frames_after
from bangban.registry.halls.reads import Hall

KEEP_SECONDS = 60
T = TypeVar("T")


@dataclass(frozen=True)
class _Kept:
    value: Any
    plan: Hall
    day: date
    seq: int
    until: float


_kept: dict[Hashable, _Kept] = {}
_locks: dict[Hashable, threading.Lock] = {}
_guard = threading.Lock()


def forget() -> None:
    """Drop what this process keeps."""
    _kept.clear()


def kept(what: Hashable, plan: Hall, make: Callable[[], T]) -> T:
    """Return what `make` gives, made anew when the hall's live stream, its plan or its business day has moved on.

    Thirty screens that ask at once cost one computation: the others wait for it and share it.
    """
    key = (plan.body_id, what)
    with _guard:
        lock = _locks.setdefault(key, threading.Lock())
    with lock:
        known = _kept.get(key)
        if known is None or not _still_true(known, plan):
            # The number is taken first: what happens while the state is read shows as a later frame, and it is made again.
            seq, day = current_seq(), plan.day_of(now())
            known = _Kept(make(), plan, day, seq, time.monotonic() + KEEP_SECONDS)
            _kept[key] = known
    value: T = known.value
    return value


def _still_true(known: _Kept, plan: Hall) -> bool:
    if known.plan is not plan or known.day != plan.day_of(now()) or known.until < time.monotonic():
        return False
    return not frames_after([f"hall:{plan.body_id}"], known.seq, 1, "internal")
