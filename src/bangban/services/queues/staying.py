"""How long a ticket stays at a window, in whole seconds; pure functions."""

from __future__ import annotations

from datetime import datetime

from bangban.services.queues.models import Ticket


def stay_of(ticket: Ticket, at: datetime) -> dict[str, int | None]:
    """Return the seconds at the window until `at`: since the call, and since the service began (None when it did not)."""
    return {"at_window": seconds(ticket.called_at, at), "serving": seconds(ticket.serving_at, at)}


def seconds(begin: datetime | None, end: datetime) -> int | None:
    """Return whole seconds between two moments, never below zero; None without a begin."""
    return None if begin is None else max(0, round((end - begin).total_seconds()))
