"""Pure rules of halls: the business day, and whether words fit a place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def business_day(moment: datetime, zone: ZoneInfo, begins: time) -> date:
    """Return the business day of an aware moment: the local date, counted from the body's own boundary.

    With a boundary of 04:00, half past one at night still belongs to the day before.
    """
    local = moment.astimezone(zone)
    return local.date() if local.time() >= begins else local.date() - timedelta(days=1)


def fits(text: str, words: Iterable[str]) -> bool:
    """Tell whether what somebody said names one of some words, or the other way round; case and spaces do not count."""
    said = "".join(text.split()).casefold()
    if not said:
        return False
    plain = ("".join(word.split()).casefold() for word in words)
    return any(word and (word in said or (len(said) >= 2 and said in word)) for word in plain)
