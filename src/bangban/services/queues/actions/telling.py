"""Telling people who wait that it will take longer or shorter than they were told (DB23-6.3.2-f)."""

from __future__ import annotations

import logging
from uuid import UUID

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import deed
from bangban.foundation.flows.flow import FlowError
from bangban.registry.halls.reads import hall
from bangban.services.queues.flow import FLOW
from bangban.services.queues.models import Ticket
from bangban.services.queues.reads.waiting import Expectation, line_of
from bangban.services.queues.rules import worth_telling

log = logging.getLogger(__name__)
AT_ONCE = 60
NEARLY_THERE = 2


def tell_waiting(body_id: int) -> int:
    """Tell those whose expected call has moved by more than five minutes; returns how many were told.

    Whoever is among the next two of a class is called soon and left alone; at most sixty are told at a time, those who
    were told longest ago first, so that a window that closes does not hold up the hall.
    """
    plan, at = hall(body_id), now()
    if plan is None:
        return 0
    line = line_of(plan, plan.day_of(at), at)
    expected = {i: one for i, one in line.expectations().items() if one.ahead >= NEARLY_THERE}
    rows = Ticket.objects.filter(id__in=expected, state="waiting").order_by("told_at", "issued_at")
    fields = ("id", "issued_at", "expected_at_issue", "told_at", "told_seconds")
    chosen = []
    for ticket_id, issued_at, at_issue, told_at, told in rows.values_list(*fields):
        last = (told_at, told) if told_at else (issued_at, at_issue) if at_issue is not None else None
        if worth_telling(last, at, expected[ticket_id].seconds, issued_at):
            chosen.append(ticket_id)
    return sum(_tell(ticket_id, expected[ticket_id]) for ticket_id in chosen[:AT_ONCE])


def _tell(ticket_id: UUID, expected: Expectation) -> int:
    def lock() -> Ticket | None:
        # Whoever is being called or moved at this moment is passed over, and never waits for us.
        return Ticket.objects.select_for_update(of=("self",), skip_locked=True).filter(id=ticket_id).first()

    try:
        with deed(FLOW, lock, "_estimate", SYSTEM) as work:
            work.record.only_holder = True  # type: ignore[attr-defined]
            work.change(told_at=work.at, told_seconds=expected.seconds)
            work.tell(ahead=expected.ahead, expected=expected.seconds, high=expected.high)
    except FlowError as moved_on:
        log.debug("Ticket %s moved on meanwhile: %s", ticket_id, moved_on)
        return 0
    return 1
