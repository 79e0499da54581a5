"""Gaps in the roster of the agents."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.clocks.reads import work_calendar
from bangban.registry.org.models import Shift
from bangban.services.telephony.belonging import of
from bangban.services.telephony.rostering import Duty, gaps
from bangban.services.telephony.views import Gap


def roster_gaps(start: datetime, end: datetime, center: int | None = None) -> list[Gap]:
    """Return the stretches between two moments without any agent of a hotline on the roster (GB33358-5.1.2.1)."""
    rows = Shift.objects.filter(
        of(center, "staff__body_id"),
        staff__active=True,
        staff__account__is_active=True,
        staff__duties__contains=["hotline_agent"],
    )
    duties = {
        Duty(*row) for row in rows.values_list("weekday", "starts", "ends", "workdays_only", "valid_from", "valid_to")
    }
    return gaps(duties, start, end, work_calendar().is_workday)
