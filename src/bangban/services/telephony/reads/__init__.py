"""All queries of telephony."""

from bangban.services.telephony.reads.airing import audio, deviations
from bangban.services.telephony.reads.calls import call, calls_of_phone, calls_of_record, ringing_for
from bangban.services.telephony.reads.counts import figures, total
from bangban.services.telephony.reads.late import breaches, lost, missed, shortages
from bangban.services.telephony.reads.lines import lines_of
from bangban.services.telephony.reads.rating import alarms, rate_windows
from bangban.services.telephony.reads.recordings import (
    calls_with_recording,
    playbacks,
    recordings_of,
    recordings_of_record,
)
from bangban.services.telephony.reads.roster import roster_gaps
from bangban.services.telephony.reads.seats import free_agents, seat_of, seats, utilisation
from bangban.services.telephony.reads.waiting import waiting_now
from bangban.services.telephony.reads.wall import wall
from bangban.services.telephony.reads.weeks import changes_of, check_of, demand_of, own_week, roster_week
from bangban.services.telephony.recounting import recompute

__all__ = [
    "alarms",
    "audio",
    "breaches",
    "call",
    "calls_of_phone",
    "calls_of_record",
    "calls_with_recording",
    "changes_of",
    "check_of",
    "demand_of",
    "deviations",
    "figures",
    "free_agents",
    "lines_of",
    "lost",
    "missed",
    "own_week",
    "playbacks",
    "rate_windows",
    "recompute",
    "recordings_of",
    "recordings_of_record",
    "ringing_for",
    "roster_gaps",
    "roster_week",
    "seat_of",
    "seats",
    "shortages",
    "total",
    "utilisation",
    "waiting_now",
    "wall",
]
