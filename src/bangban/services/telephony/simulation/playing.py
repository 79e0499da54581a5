"""One playing from beginning to end: the exchange, its network, the delivery, and whether the wall tells the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bangban.foundation.clocks.moment import now
from bangban.services.telephony.simulation.delivery import Couriers, Sent, bring
from bangban.services.telephony.simulation.disorder import Network, delivered
from bangban.services.telephony.simulation.doors import Door
from bangban.services.telephony.simulation.line import Line
from bangban.services.telephony.simulation.plan import CITY, Plan
from bangban.services.telephony.simulation.truth import Counted, Played, truth_of

LEAD = timedelta(seconds=1)
"""A playing in real time begins so long after it was asked for."""


@dataclass(frozen=True)
class Outcome:
    """What was played, what became of its delivery, and what the house's wall counts of it."""

    book: dict[str, Played]
    sent: Sent
    truth: Counted
    wall: Counted

    @property
    def equal(self) -> bool:
        """Tell whether the wall tells the truth and every event was taken once."""
        return self.truth == self.wall and not self.sent.refused


def play(plan: Plan, doors: Sequence[Door], *, real_time: bool, network: Network | None = None) -> Outcome:
    """Play a plan into a house; the wall is compared by what it gained, so nobody else may deliver meanwhile."""
    if real_time:
        plan = replace(plan, begins=now() + LEAD)
    first = plan.begins.astimezone(CITY).date()
    before = _wall(doors[0], first, _last_day(plan, first))
    line = Line(plan)
    sent = bring(delivered(line.events(), plan.seed, network), Couriers(doors), real_time=real_time)
    after = _wall(doors[0], first, _last_day(plan, first))
    return Outcome(line.book, sent, truth_of(line.book.values()), after.since(before))


def _last_day(plan: Plan, first: date) -> date:
    """Return the day on which the last caller may come: two for a playing over midnight, never a coming one."""
    return min(first + timedelta(days=1), now().astimezone(CITY).date())


def _wall(door: Door, first: date, last: date) -> Counted:
    figures = Counted(0, 0, 0, 0, 0)
    for day in {first, last}:
        figures = figures.and_also(door.figures(day))
    return figures
