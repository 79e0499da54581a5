"""Figures of hours, days and months for reports, out of the counts by the minute."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection

from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.services.telephony.counting import NAMES
from bangban.services.telephony.rate_views import Figures, HourRow
from bangban.services.telephony.reads.days import stretch

STEPS = ("hour", "day", "month")
SUMS = ", ".join(f"coalesce(sum({name}), 0)::bigint" for name in NAMES)

OF_CENTER = "(%s::bigint IS NULL OR center = %s::bigint)"


def figures(first: date, last: date, by: str = "day", center: int | None = None) -> list[HourRow]:
    """Return the figures of each hour, day or month in which calls came; LookupError for another step.

    `center` as in `belonging`.
    """
    if by not in STEPS:
        raise LookupError(f"No figures by {by!r}.")
    start, end = stretch(first, last)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT date_trunc('{by}', minute AT TIME ZONE %s) AS start, {SUMS} FROM telephony_minute_figures"
            f" WHERE minute >= %s AND minute < %s AND {OF_CENTER} GROUP BY 1 ORDER BY 1",
            [str(DEFAULT_ZONE), start, end, center, center],
        )
        return [HourRow(_local(begin), Figures(*counts)) for begin, *counts in cursor.fetchall()]


def total(first: date, last: date, language: str | None = None, center: int | None = None) -> Figures:
    """Return the figures of some days together, of one language and one hotline when given (GB33358-3.8)."""
    start, end = stretch(first, last)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {SUMS} FROM telephony_minute_figures WHERE minute >= %s AND minute < %s"
            f" AND (%s::text IS NULL OR language = %s::text) AND {OF_CENTER}",
            [start, end, language, language, center, center],
        )
        return Figures(*cursor.fetchone())


def _local(begin: datetime) -> datetime:
    return begin.replace(tzinfo=DEFAULT_ZONE)
