"""What telephony does by the clock."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.foundation.jobs.schedule import chore
from bangban.services.telephony import actions
from bangban.services.telephony.actions.commanding import give_up as give_up_commands
from bangban.services.telephony.actions.hinting import tell_wall
from bangban.services.telephony.models import Call, MinuteFigures
from bangban.services.telephony.partitions import drop_old, make_partitions
from bangban.services.telephony.recounting import recompute

log = logging.getLogger(__name__)
RECENT = timedelta(minutes=10)


@chore("telephony.judge", "* * * * * 2")
def judge(now: datetime) -> int:
    """Judge the rate of every 24 hours, each minute (GB33358-5.1.2.3-b)."""
    return actions.judge(now)


@chore("telephony.wall", "* * * * * */5")
def hint_wall(now: datetime) -> None:
    """Let the wall look again while callers wait or have just come: waiting runs on without any event."""
    waiting = Call.objects.filter(direction="in", answered_at=None, ended_at=None)
    if waiting.exists() or MinuteFigures.objects.filter(minute__gte=now - RECENT).exists():
        tell_wall()


@chore("telephony.lapse", "* * * * * */20")
def lapse(now: datetime) -> int:
    """Sign out desks that fell silent."""
    return actions.lapse(now)


@chore("telephony.commands", "* * * * * */20")
def give_up(now: datetime) -> int:
    """Say of what the exchange was asked in vain that it did not happen."""
    return give_up_commands(now)


@chore("telephony.lost", "*/10 * * * * 11")
def end_lost(now: datetime) -> int:
    """End calls whose end was never told."""
    return actions.end_lost_calls(now)


@chore("telephony.digest", "* * * * * 33")
def digest(now: datetime) -> int:
    """Digest recordings as soon as they are there (GB33358-4.2.4-a)."""
    return actions.digest_recordings(now)


@chore("telephony.erase", "*/15 * * * * 44")
def erase(now: datetime) -> int:
    """Erase recordings whose time is over."""
    return actions.erase_old_recordings(now)


@chore("telephony.roster", "0 8 * * * 0")
def warn(now: datetime) -> int:
    """Warn in advance of hours without an agent (GB33358-5.1.2.1)."""
    return actions.warn_of_gaps(now)


@chore("telephony.recount", "40 4 * * * 0")
def recount(now: datetime) -> int:
    """Count yesterday afresh; a difference is a fault of the house and goes to the log."""
    day = now.astimezone(DEFAULT_ZONE).date() - timedelta(days=1)
    found = recompute(day, day)
    if found:
        log.error("Figures of %s differ from the raw events in %s places, first %s", day, len(found), found[0])
    return len(found)


@chore("telephony.partitions", "25 3 * * * 0")
def partitions(now: datetime) -> list[str]:
    """Make room for the coming months, and drop those that are kept no longer."""
    make_partitions(now + timedelta(days=1))
    return drop_old(now)
