"""The house's one source of "now".

BANGBAN_CLOCK_SHIFT (seconds) moves the whole house in time, so that a demo or test can stand on a working morning.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

_shift = timedelta(seconds=float(os.environ.get("BANGBAN_CLOCK_SHIFT", "0")))


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC) + _shift


def set_shift(shift: timedelta) -> timedelta:
    """Move the clock of this process; returns the former shift. For the demo's past day and for tests."""
    global _shift
    before, _shift = _shift, shift
    return before


def stand_at(moment: datetime) -> timedelta:
    """Let the clock of this process run on from `moment`; returns the former shift."""
    return set_shift(moment - datetime.now(UTC))
