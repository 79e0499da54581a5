"""Standing at a moment of the past while something is played."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from bangban.foundation.clocks.moment import set_shift, stand_at


@contextmanager
def standing(moment: datetime) -> Iterator[None]:
    """Let the house's clock stand at a moment, then go back."""
    before = stand_at(moment)
    try:
        yield
    finally:
        set_shift(before)
