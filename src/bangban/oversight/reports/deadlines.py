"""By when a report must be sent (GB33358-5.6.1.4): working days after it was drafted."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bangban.foundation.clocks.calendar import WorkCalendar, add_workdays, roll_forward
from bangban.foundation.clocks.zones import DEFAULT_ZONE, business_date
from bangban.oversight.reports.terms import Period

# Working days; a daily report goes out at noon of the working day on which it is drafted.
WORKDAYS = {Period.DAY: 0, Period.WEEK: 1, Period.MONTH: 3, Period.QUARTER: 5, Period.YEAR: 10}
SPECIAL = 3
NOON, EVENING = time(12, 0), time(17, 30)


def due_at(period: str, drafted: datetime, calendar: WorkCalendar) -> datetime:
    """Return the moment by which a report is to be sent; "" stands for a special one."""
    days = WORKDAYS[Period(period)] if period else SPECIAL
    start = business_date(drafted)
    day = add_workdays(start, days, calendar) if days else roll_forward(start, calendar)
    due = datetime.combine(day, EVENING if days else NOON, tzinfo=DEFAULT_ZONE)
    # Drafted by hand after the hour: two hours remain.
    return max(due, drafted + timedelta(hours=2))
