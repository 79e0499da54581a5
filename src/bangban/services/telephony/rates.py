"""The connection rate over every 24 hours (GB33358-5.1.2.3-b, 3.8); pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from bangban.services.telephony.counting import minute_of
from bangban.services.telephony.rate_views import CausingHour, Rate, Window

DAY = timedelta(hours=24)
MINUTE = timedelta(minutes=1)
LEAST_PERCENT = 95

Minutes = Mapping[datetime, Rate]
"""Answered and settled calls by the minute in which they came."""


def windows(minutes: Minutes, since: datetime, until: datetime) -> list[Window]:
    """Return every window of 24 hours that ends at a full minute after `since` and not after `until`."""
    end = minute_of(since)
    part = whole = 0
    for minute, rate in minutes.items():
        if end - DAY <= minute < end:
            part, whole = part + rate.part, whole + rate.whole
    found = []
    nothing = Rate(0, 0)
    while (end := end + MINUTE) <= until:
        came, went = minutes.get(end - MINUTE, nothing), minutes.get(end - MINUTE - DAY, nothing)
        part, whole = part + came.part - went.part, whole + came.whole - went.whole
        found.append(Window(end, Rate(part, whole)))
    return found


def causes(minutes: Minutes, until: datetime) -> list[CausingHour]:
    """Return the hours of a window that are under 95 % themselves, those that lost most calls first."""
    hours: dict[datetime, list[int]] = defaultdict(lambda: [0, 0])
    for minute, rate in minutes.items():
        if until - DAY <= minute < until:
            hour = hours[minute.replace(minute=0)]
            hour[0], hour[1] = hour[0] + rate.part, hour[1] + rate.whole
    bad = [CausingHour(start, *counts) for start, counts in hours.items() if Rate(*counts).below(LEAST_PERCENT)]
    return sorted(bad, key=lambda hour: (hour.answered - hour.whole, hour.start))
