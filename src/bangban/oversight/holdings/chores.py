"""What holdings do by the clock."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.jobs.schedule import chore
from bangban.oversight.holdings import actions


@chore("holdings.remind", "15 8 * * * 0")
def remind(now: datetime) -> int:
    """Remind of checks of equipment and reviews of documents."""
    return actions.remind(now)
