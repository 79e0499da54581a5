"""The recurring work of the matters room."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.jobs.schedule import chore
from bangban.services.matters import actions


@chore("matters.night", "40 2 * * * 0")
def night(now: datetime) -> int:
    """Forget what is old, count terms, regroup, end what nobody tells of any more; returns how many matters changed."""
    actions.drop_old(now)
    actions.count_terms(now)
    return actions.regroup(now) + actions.fade(now)
