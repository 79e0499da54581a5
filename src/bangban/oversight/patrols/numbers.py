"""Numbers of patrols."""

from __future__ import annotations

from bangban.registry.catalog.numbers import take


def next_number() -> str:
    """Return a new number such as XC000000018."""
    return next(take("XC", "patrol_number"))
