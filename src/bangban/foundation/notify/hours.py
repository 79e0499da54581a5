"""When the installation sends: its own hours of kind `sending`, or 8:00 to 21:00 on every day."""

from __future__ import annotations

from datetime import datetime, timedelta

from bangban.foundation.clocks.hours import ServiceHours
from bangban.foundation.clocks.reads import service_hours, work_calendar
from bangban.foundation.notify import rules

KIND = "sending"


def sending_hours() -> ServiceHours:
    """Return the hours in which ordinary messages may go out; change them like any service hours."""
    try:
        return service_hours(KIND)
    except LookupError:
        return rules.SENDING_HOURS


def quiet_now(at: datetime) -> bool:
    """Tell whether only urgent messages may go out at a moment."""
    return rules.is_quiet(at, sending_hours(), work_calendar())


def waited(since: datetime, until: datetime, urgent: bool) -> timedelta:
    """Return how long a message could have gone out and did not."""
    return rules.waited(since, until, urgent, sending_hours(), work_calendar())
