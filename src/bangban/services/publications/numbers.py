"""Numbers of publications."""

from __future__ import annotations

from bangban.registry.catalog.numbers import take


def next_number() -> str:
    """Return a new number such as GG000000010."""
    return next(take("GG", "publication_number"))
