"""What appointments do by the clock."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.jobs.schedule import chore
from bangban.registry.halls.reads import halls
from bangban.services.appointments.actions import give_up_due, remake, remind_due, settle


@chore("appointments.make", "20 1 * * * 10")
def make_slots(now: datetime) -> int:
    """Bring the coming days of every hall to its plans and opening hours."""
    del now
    return sum(remake(body_id) for body_id in halls())


@chore("appointments.remind", "* * * * * 5")
def remind(now: datetime) -> int:
    """Send the reminders that are due (DB23-6.5.3)."""
    return remind_due(now)


@chore("appointments.give_up", "* * * * * 15")
def give_up(now: datetime) -> int:
    """Give up what was not used (DB23-6.5.4)."""
    return give_up_due(now)


@chore("appointments.settle", "* * * * * 25")
def settle_closures(now: datetime) -> int:
    """Finish what a crash left between a closure and its bookings."""
    del now
    return settle()
