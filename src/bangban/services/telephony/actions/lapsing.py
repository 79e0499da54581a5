"""Calls whose end was never told: an exchange that lost its line must not leave callers waiting on the wall for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from bangban.services.telephony.actions.receiving import LARGEST, receive
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.models import Call

UNANSWERED = timedelta(minutes=30)
TALKING = timedelta(hours=6)


def end_lost_calls(at: datetime) -> int:
    """Suppose the end of calls that have been silent too long, as of their last event; returns how many.

    The supposed end is an event like any other, so figures and recount agree; an end that is told later replaces it.
    """
    silent = Q(answered_at=None, last_at__lt=at - UNANSWERED) | Q(last_at__lt=at - TALKING)
    rows = Call.objects.filter(silent, ended_at=None).order_by("last_at").values("exchange", "exchange_id", "last_at")
    events = [
        ExchangeEvent(
            exchange=row["exchange"],
            id=f"supposed:{row['exchange_id'][:60]}:{row['last_at'].timestamp()}",
            call=row["exchange_id"],
            kind="hung_up",
            by="system",
            at=row["last_at"],
        )
        for row in rows[:LARGEST]
    ]
    return receive(events).accepted
