"""Short ways to a report whose figures the job has counted."""

from __future__ import annotations

from datetime import date

from bangban.foundation.access.actors import Actor
from bangban.oversight.reports import actions
from tests.hotline import Hotline


def drafted(line: Hotline, period: str = "week", day: date = date(2026, 11, 9)) -> str:
    """A report of the statistics officer, counted; returns its number."""
    number = actions.draft_routine(line.statistician, line.center.id, period, day).number
    assert actions.count_asked(number)
    return number


def recounted(number: str, actor: Actor) -> None:
    """Have a report counted anew, and let the job do so."""
    actions.recount(number, actor)
    assert actions.count_asked(number)
