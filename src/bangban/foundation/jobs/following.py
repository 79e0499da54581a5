"""The worker's reading of the ledger: each follower gets each event once, in commit order.

The cursor moves in the same transaction as what the follower writes, so a kill in between repeats nothing. An event
that fails five times is set aside with its error, shown on the health page, and does not hold up the others.
"""

from __future__ import annotations

import logging

from django.db import connection, transaction

from bangban.foundation.flows.reacting import Follower, followers
from bangban.foundation.ledger.models import Cursor, Event

log = logging.getLogger(__name__)
TRIES = 5
BATCH = 200


def catch_up(at_most: int = 10_000) -> int:
    """Let every follower read on; returns the number of events handled. For the worker's loop and for tests."""
    done = 0
    for name, (kinds, function) in followers().items():
        while at_most > done and (step := _step(name, kinds, function)):
            done += step
    return done


def _step(name: str, kinds: frozenset[str], function: Follower) -> int:
    """Handle one batch; 0 when there is nothing new or another worker is at it."""
    with transaction.atomic():
        Cursor.objects.get_or_create(follower=name, defaults={"seq": 0})
        cursor = Cursor.objects.select_for_update(skip_locked=True).filter(follower=name).first()
        if cursor is None:
            return 0
        events = _events_after(cursor.seq, kinds)
        for seq, event in events:
            if event is not None and not _handle(cursor, seq, event, function):
                return 0
            cursor.seq, cursor.failures, cursor.stuck_on, cursor.error = seq, 0, None, ""
        if events:
            cursor.save(update_fields=["seq", "failures", "stuck_on", "error"])
        return len(events)


def _handle(cursor: Cursor, seq: int, event: Event, function: Follower) -> bool:
    try:
        with transaction.atomic():
            function(event)
        return True
    except Exception as error:
        log.exception("Follower %s failed at event %s", cursor.follower, event.id)
        cursor.failures = cursor.failures + 1 if cursor.stuck_on == seq else 1
        cursor.stuck_on, cursor.error = seq, f"{type(error).__name__}: {error}"[:2000]
        if cursor.failures >= TRIES:
            Cursor.objects.create(
                follower=f"{cursor.follower}!{seq}", seq=seq, stuck_on=seq, failures=cursor.failures, error=cursor.error
            )
            cursor.save(update_fields=["failures", "stuck_on", "error"])
            return True
        cursor.save(update_fields=["seq", "failures", "stuck_on", "error"])
        return False


def _events_after(seq: int, kinds: frozenset[str]) -> list[tuple[int, Event | None]]:
    """Return the next events by commit order; those of other kinds only move the cursor on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.seq, e.id, e.at FROM live_order o LEFT JOIN ledger_event e"
            " ON e.id = o.event_id AND e.at = o.event_at AND e.kind = ANY(%s)"
            " WHERE o.seq > %s ORDER BY o.seq LIMIT %s",
            [sorted(kinds), seq, BATCH],
        )
        rows = cursor.fetchall()
    wanted = [(row[1], row[2]) for row in rows if row[1]]
    events = {
        event.id: event for event in Event.objects.filter(id__in=[i for i, _ in wanted], at__in=[a for _, a in wanted])
    }
    return [(row[0], events.get(row[1])) for row in rows]


def stuck() -> list[Cursor]:
    """Return events that were set aside, and followers that are failing now."""
    return list(Cursor.objects.exclude(error="").order_by("follower"))
