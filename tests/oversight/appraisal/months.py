"""A month with work in it, and the morning after."""

from __future__ import annotations

from datetime import date, datetime

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.foundation.ledger.actions import make_partitions
from bangban.oversight.appraisal import actions
from bangban.oversight.appraisal.models import Appraisal
from bangban.services.hotline.actions import visiting
from tests.hotline import ASKED, Hotline
from tests.services.hotline.ways import completed, later

NOVEMBER = date(2026, 11, 1)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def judged(line: Hotline, *, good: bool = True, grades: int = 5, contacted: bool | None = True) -> str:
    """An order of the building unit whose caller gave all answers."""
    number = completed(line)
    later(days=1)
    visiting.visit(
        line.visitor, number, good, good, contacted=contacted, solved=good, attitude=grades, efficiency=grades,
        process=grades, result=grades, **ASKED,
    )  # fmt: skip
    return number


def next_month(day: int = 1, hour: int = 9) -> datetime:
    """Let December begin."""
    moment = datetime(2026, 12, day, hour, tzinfo=DEFAULT_ZONE)
    make_partitions(moment)
    stand_at(moment)
    return moment


def drafted(line: Hotline) -> Appraisal:
    """The appraisal of November, drafted by the system and counted."""
    next_month()
    number = actions.draft(SYSTEM, line.center.id, "month", NOVEMBER).number
    assert actions.count_asked(number)
    return Appraisal.objects.get(number=number)
