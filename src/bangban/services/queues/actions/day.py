"""The end of a business day: what still waits is void, what is still served has ended, open windows close."""

from __future__ import annotations

import logging
from datetime import date

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.flows.flow import FlowError
from bangban.services.queues.actions.door import session_deed, ticket_deed
from bangban.services.queues.models import Ticket, WindowSession

log = logging.getLogger(__name__)
PORTION = 500


def close_day(body_id: int, today: date) -> int:
    """End tickets and windows of earlier business days of a hall; returns how many. Safe to run again and again."""
    done = 0
    tickets = Ticket.objects.filter(body_id=body_id, business_date__lt=today)
    waiting = tickets.filter(state__in=("waiting", "called", "missed"))
    for number in list(waiting.order_by("id").values_list("number", flat=True)[:PORTION]):
        done += _end(number, "_expire", "")
    for number in list(tickets.filter(state="serving").order_by("id").values_list("number", flat=True)[:PORTION]):
        done += _end(number, "_end_day", "unrecorded")
    sessions = WindowSession.objects.filter(body_id=body_id, business_date__lt=today).exclude(state="closed")
    for number in list(sessions.values_list("number", flat=True)):
        with session_deed(SYSTEM, number, "close") as work:
            work.change(closed_at=work.at, pause_reason="")
            work.tell(window_id=work.record.window_id)
        done += 1
    return done


def _end(number: str, action: str, result: str) -> int:
    try:
        with ticket_deed(SYSTEM, number, action) as work:
            work.change(ended_at=work.at, result=result)
    except FlowError as refusal:
        log.info("Ticket %s moved on meanwhile: %s", number, refusal)
        return 0
    return 1
