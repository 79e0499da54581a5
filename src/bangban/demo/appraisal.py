"""The newest month whose appraisal can be published by now: surveyed, drafted, opened to objections, approved, published."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bangban.demo.moments import standing
from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.calendar import add_workdays, next_workday, roll_forward
from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.jobs.following import catch_up
from bangban.oversight.appraisal import actions
from bangban.oversight.appraisal.answers import COLUMNS
from bangban.oversight.appraisal.schemes import in_force
from bangban.oversight.appraisal.terms import Circle, Method, Period, Subject

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


class Month:
    """The month that was appraised before a moment, with the days of its appraisal."""

    def __init__(self, here: datetime, center_id: int) -> None:
        days, calendar = in_force(center_id, Subject.ROUTINE)["objection_days"], work_calendar()
        after = here.astimezone(ZONE).date().replace(day=1)
        while True:
            self.opened = roll_forward(after, calendar)
            self.published = datetime.combine(
                next_workday(add_workdays(self.opened, days, calendar), calendar), time(10), ZONE
            )
            self.first = (after - DAY).replace(day=1)
            if self.published < here:
                break
            after = self.first

    def workday(self, place: int) -> date:
        """Return the so many-th working day of the month."""
        return add_workdays(self.first - DAY, place, work_calendar())


def play_appraisal(month: Month, center_id: int, manager: Actor, second: Actor, survey: dict[str, Any]) -> None:
    """Let one manager import what was asked outside and draft it, the job count it, the other publish it to everybody."""
    with standing(datetime.combine(month.opened, time(8, 30), ZONE)):
        actions.import_survey(
            manager, center_id, Method.THIRD_PARTY, survey["source"], survey["file"], _sheet(month, survey["answers"])
        )
    with standing(datetime.combine(month.opened, time(9), ZONE)):
        number = actions.draft(manager, center_id, Period.MONTH, month.first).number
        catch_up()
        actions.consult(manager, number)
    with standing(month.published):
        actions.approve(second, number)
        actions.publish(second, number, Circle.PUBLIC)


def _sheet(month: Month, answers: dict[str, list[str]]) -> bytes:
    """Write the CSV of a survey: per unit, lines of four grades and three answers, on the working days of the month."""
    lines = [",".join(COLUMNS)]
    for unit, given in answers.items():
        for place, one in enumerate(given, 1):
            lines.append(",".join((unit, month.workday(place).isoformat(), *one)))
    return "\n".join(lines).encode()
