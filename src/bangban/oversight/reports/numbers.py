"""Numbers of reports."""

from __future__ import annotations

from bangban.registry.catalog.numbers import take


def next_number() -> str:
    """Return a new number such as BG000000018."""
    return next(take("BG", "report_number"))
