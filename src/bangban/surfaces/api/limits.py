"""How often somebody may call: token buckets in this process (each process counts for itself)."""

from __future__ import annotations

import threading
import time

ANONYMOUS_PER_MINUTE = 240
GUESSES_PER_MINUTE = 20
MOST_BUCKETS = 50_000


class Busy(Exception):
    """The caller is over the limit; try again after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


_buckets: dict[str, tuple[float, float]] = {}
_lock = threading.Lock()


def spend(who: str, per_minute: int, cost: float = 1.0) -> None:
    """Take one call from a bucket that refills evenly; raises Busy when it is empty."""
    with _lock:
        moment = time.monotonic()
        left, seen = _buckets.get(who, (float(per_minute), moment))
        left = min(float(per_minute), left + (moment - seen) * per_minute / 60)
        if left < max(cost, 1.0):
            raise Busy(max(1, round((max(cost, 1.0) - left) * 60 / max(per_minute, 1))))
        if len(_buckets) > MOST_BUCKETS:
            _drop_full(moment)
        _buckets[who] = (left - cost, moment)


def _drop_full(moment: float) -> None:
    """Forget who has been quiet for a minute: those buckets are full again."""
    for who in [who for who, (_, seen) in _buckets.items() if moment - seen > 60]:
        del _buckets[who]


def guessing(who: str) -> None:
    """Count a look-up that found nothing; raises Busy when somebody tries numbers (20 a minute)."""
    spend(f"guess:{who}", GUESSES_PER_MINUTE)


def may_guess(who: str) -> None:
    """Refuse a look-up of somebody who has tried too many numbers, before telling whether this one exists."""
    spend(f"guess:{who}", GUESSES_PER_MINUTE, cost=0.0)


def forget() -> None:
    """Empty all buckets, for tests."""
    _buckets.clear()
