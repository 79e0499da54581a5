"""Numbers of the knowledge base."""

from __future__ import annotations

from collections.abc import Iterator

from bangban.registry.catalog.numbers import take

PREFIXES = {"entry": "ZS", "candidate": "BZ", "phrase": "YY", "path": "LJ"}


def numbers(kind: str, count: int) -> Iterator[str]:
    """Yield new numbers of one kind."""
    return take(PREFIXES[kind], f"knowledge_{kind}_number", count)


def number(kind: str) -> str:
    """Return one new number."""
    return next(numbers(kind, 1))
