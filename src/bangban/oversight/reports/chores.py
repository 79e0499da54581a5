"""What reports do by the clock."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.jobs.schedule import chore
from bangban.oversight.reports.actions import draft_due, fail_unfinished, warn_late


@chore("reports.draft", "30 6 * * * 0")
def draft(now: datetime) -> int:
    """Draft at half past six what became due: each day, on Mondays the week, on the first the month, quarter and year."""
    return draft_due(now)


@chore("reports.unfinished", "* * * * * 20")
def unfinished(now: datetime) -> int:
    """Give up counts that nobody has finished, so that no report stands as counting for good."""
    return fail_unfinished(now)


@chore("reports.late", "*/10 * * * * 40")
def late(now: datetime) -> int:
    """Warn about reports that are past their time."""
    return warn_late(now)
