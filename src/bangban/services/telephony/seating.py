"""Rules of seats (pure)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

LEASE = timedelta(minutes=2)
"""A desk that falls silent for so long counts as left."""

LEAST_AREA, NARROWEST, WIDEST = Decimal(3), Decimal("0.5"), Decimal(1)
"""A seat has at least 3 m², and 0.5 to 1 m to the next in front and behind (GB33358-4.2.3-a)."""


def flaws(square_metres: Decimal | None, spacing_metres: Decimal | None) -> list[str]:
    """Return what of a seat's measures is not as the standard wants it, in words; nothing for what was not measured."""
    found = []
    if square_metres is not None and square_metres < LEAST_AREA:
        found.append("面积不足3平方米")
    if spacing_metres is not None and spacing_metres < NARROWEST:
        found.append("前后间距不足0.5米")
    if spacing_metres is not None and spacing_metres > WIDEST:
        found.append("前后间距超过1米")
    return found
