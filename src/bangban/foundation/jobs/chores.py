"""The recurring work of the foundation itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.handover.actions import expire_due
from bangban.foundation.jobs.schedule import chore
from bangban.foundation.ledger.actions import make_partitions, seal_until

EVERY_5_SECONDS = "* * * * * */5"


@chore("clocks.sweep", EVERY_5_SECONDS)
def sweep_clocks(now: datetime) -> int:
    """Warn about and breach clocks."""
    return sweep(now)


@chore("handover.expire", EVERY_5_SECONDS)
def expire_offers(now: datetime) -> int:
    """Move offers that nobody answered."""
    return expire_due(now)


@chore("ledger.seal", "0 * * * * 7")
def seal(now: datetime) -> int:
    """Seal the ledger each hour."""
    return seal_until(now)


@chore("ledger.partitions", "20 3 * * * 0")
def partitions(now: datetime) -> None:
    """Make room for the coming months."""
    make_partitions(now + timedelta(days=1))
