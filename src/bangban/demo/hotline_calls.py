"""A week of telephone traffic, so that the wall, the figures and the reports of the demo city have something to count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bangban.demo.moments import standing
from bangban.foundation.access.actors import Actor
from bangban.services.telephony import actions as telephony
from bangban.services.telephony import reads as telephony_reads
from bangban.services.telephony.models import TryResult
from bangban.services.telephony.simulation.habits import Habits
from bangban.services.telephony.simulation.line import Line
from bangban.services.telephony.simulation.plan import CITY, of_day
from bangban.services.telephony.simulation.seats import seats_of_house

DAYS, CALLS = 7, 240
SEED, BATCH = 12345, 500
OVER = timedelta(minutes=15)
"""The last caller came so long ago that nobody of the week is still on the line."""

CALLED_BACK = timedelta(minutes=12)


def play_calls(here: datetime, agents: Sequence[Actor]) -> None:
    """Let the house's own agents take a week of calls up to a moment.

    Some callers hang up before anybody answers; whoever did so before today has been called back.
    """
    seats = seats_of_house()
    today = here.astimezone(CITY).date()
    for back in range(DAYS, -1, -1):
        plan = of_day(SEED + back, today - timedelta(days=back), CALLS, seats)
        last = (here - OVER - plan.begins) / timedelta(seconds=1)
        heard = tuple(second for second in plan.arrivals if second < last)
        quiet = Habits(talk=140.0, redial=0.3)
        events = list(Line(replace(plan, arrivals=heard, habits=quiet, closes=last)).events())
        for first in range(0, len(events), BATCH):
            telephony.receive(events[first : first + BATCH])
    waiting = telephony_reads.missed(limit=200).rows
    for place, lost in enumerate(one for one in waiting if one.offered_at.astimezone(CITY).date() < today):
        agent = agents[place % len(agents)]
        with standing(lost.offered_at + CALLED_BACK):
            telephony.claim_missed(agent, lost.call_id)
            telephony.finish_missed(agent, lost.call_id, TryResult.REACHED)
