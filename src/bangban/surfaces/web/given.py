"""What a form or an address gives, read without surprises."""

from __future__ import annotations

WIDEST = 15
"""Digits of the largest number that anything here is counted or named by."""


def whole(text: str, digits: int = WIDEST) -> int | None:
    """Return a whole number of at most so many ASCII digits; None for anything else, such as a sign, ² or ٣."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None
