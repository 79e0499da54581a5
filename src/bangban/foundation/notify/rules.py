"""Pure rules of delivery: when to try again, when to be quiet, how long something has waited."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bangban.foundation.clocks.calendar import WorkCalendar
from bangban.foundation.clocks.hours import ServiceHours, Span
from bangban.foundation.clocks.zones import DEFAULT_ZONE

# Four hours in all: a gateway that is down for an evening loses nothing, a number that is dead is noticed the same day.
DELAYS = (5, 30, 120, 300, 600, 1200, 1800, 3600, 3600, 3600)
LONGEST_DELAY = timedelta(hours=1)
MOST_ATTEMPTS = len(DELAYS) + 1

# Nothing but codes and emergencies from 21:00 to 8:00 at the place of the body.
SENDING_HOURS = ServiceHours(DEFAULT_ZONE, dict.fromkeys(range(7), (Span(time(8), time(21)),)), workdays_only=False)


def delay_after(attempts: int, asked: timedelta | None = None) -> timedelta | None:
    """Return how long to wait after the n-th failed attempt, at least what the gateway asked for; None to give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    delay = timedelta(seconds=DELAYS[max(attempts, 1) - 1])
    return max(delay, min(asked, LONGEST_DELAY)) if asked else delay


def is_quiet(moment: datetime, hours: ServiceHours, calendar: WorkCalendar) -> bool:
    """Tell whether only urgent messages may go out now."""
    return not hours.is_open(moment, calendar)


def waited(since: datetime, until: datetime, urgent: bool, hours: ServiceHours, calendar: WorkCalendar) -> timedelta:
    """Return how long a message could have been sent and was not: the night counts only for urgent ones."""
    return until - since if urgent else hours.open_time_between(since, until, calendar)
