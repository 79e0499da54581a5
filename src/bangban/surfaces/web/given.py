"""What a form or an address gives, read without surprises: every reader takes any text and none raises."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from bangban.foundation.clocks.zones import DEFAULT_ZONE

WIDEST = 15
"""Digits of the largest number that anything here is counted or named by."""
ENTERED = 9
"""Digits of the largest number that a person types; every column of a table takes it."""
YEARS = range(1900, 3000)
"""A day outside these years is a slip; days at the ends of the calendar cannot be counted with."""


def whole(text: str, digits: int = WIDEST) -> int | None:
    """Return a whole number of at most so many ASCII digits; None for anything else, such as a sign, ² or ٣."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


def entered(text: str, digits: int = ENTERED) -> int:
    """Return the number that somebody typed; -1 for none, which every rule refuses in its own words."""
    found = whole(text, digits)
    return -1 if found is None else found


def day_of(text: str) -> date | None:
    """Return a day, such as 2026-11-18; None for none."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.year in YEARS else None


def moment_of(text: str, zone: ZoneInfo = DEFAULT_ZONE) -> datetime | None:
    """Return a moment, such as 2026-11-18T09:30, in the zone given where it names none; None for none."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if found.year not in YEARS:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def clock_of(text: str) -> time | None:
    """Return a time of day, such as 09:30; None for none, and for one that names a zone."""
    try:
        found = time.fromisoformat(text.strip())
    except ValueError:
        return None
    return None if found.tzinfo else found


def posted(request: HttpRequest, longest: int | None = None) -> dict[str, str]:
    """Return the fields of a sent form, each cut to so many characters."""
    return {name: str(value)[:longest] for name, value in request.POST.items()}
