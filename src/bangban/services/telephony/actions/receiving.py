"""Taking what exchanges tell: each event once, the call folded anew from all it has, the figures moved with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from bangban.foundation.clocks.moment import now
from bangban.services.telephony import storing
from bangban.services.telephony.actions import hinting, rows
from bangban.services.telephony.actions.rows import CallRow
from bangban.services.telephony.counting import move, no_moves
from bangban.services.telephony.events import ExchangeEvent, problem_of
from bangban.services.telephony.folding import CallState, fold

LARGEST = 500
"""So many events go into one transaction: enough to be quick, few enough that nobody waits long for a locked call."""


@dataclass(frozen=True)
class Received:
    """What became of delivered events: new, known before, and refused with the reason by id."""

    accepted: int
    known: int
    refused: tuple[tuple[str, str], ...] = ()


@dataclass
class Told:
    """One call of a delivery: what was stored, the events that are new, and what it is now."""

    row: CallRow
    events: list[ExchangeEvent] = field(default_factory=list)
    state: CallState | None = None


def receive(events: Sequence[ExchangeEvent]) -> Received:
    """Take events of an exchange in any order, late or repeated (outcome 1 of the hotline).

    An event that cannot be understood is refused by its id with a sentence; the others are taken. Calls are locked in
    one order, so that several deliveries at once neither lose an event nor wait for each other in a circle.
    """
    at = now()
    refused = tuple((event.id[:100], sentence) for event in events if (sentence := problem_of(event, at)))
    good = [event for event in events if not problem_of(event, at)] if refused else list(events)
    new = sum(_take(good[start : start + LARGEST]) for start in range(0, len(good), LARGEST))
    return Received(new, len(good) - new, refused)


@transaction.atomic
def _take(events: list[ExchangeEvent]) -> int:
    by_call: dict[tuple[str, str], list[ExchangeEvent]] = defaultdict(list)
    for event in events:
        by_call[(event.exchange, event.call)].append(event)
    calls = [Told(row) for row in rows.lock({key: told[0].at for key, told in by_call.items()})]
    new = _sort_out(calls, by_call)
    storing.keep(new, now())
    changed = [told for told in calls if told.state is not None]
    if changed:
        _settle(changed)
    return len(new)


def _sort_out(calls: list[Told], by_call: dict[tuple[str, str], list[ExchangeEvent]]) -> list[ExchangeEvent]:
    """Set the state of calls that got something new; returns the new events."""
    before: dict[tuple[str, str], list[ExchangeEvent]] = defaultdict(list)
    for event in storing.events_of(
        (*told.row.key, told.row.first_at, told.row.last_at) for told in calls if told.row.known
    ):
        before[(event.exchange, event.call)].append(event)
    for told in calls:
        seen = {event.id for event in before[told.row.key]}
        for event in by_call[told.row.key]:
            if event.id not in seen:
                seen.add(event.id)
                told.events.append(event)
        if told.events:
            told.state = fold([*before[told.row.key], *told.events])
    return [event for told in calls for event in told.events]


def _settle(changed: list[Told]) -> None:
    """Write the calls and what hangs on them; the figures last, because many deliveries want the same minute."""
    people = rows.staff_of(told.state for told in changed if told.state)
    pairs = [(told.row, told.state) for told in changed if told.state]
    rows.write_calls(pairs, people)
    rows.write_legs(pairs, people)
    rows.write_recordings(pairs)
    rows.settle_lost(pairs)
    rows.renew_seats(pairs, people)
    hinting.tell(pairs, people)
    moves = no_moves()
    for row, state in pairs:
        if row.known:
            move(moves, row, row.center_id, -1)
        move(moves, state, rows.center_of(state, people), 1)
    rows.write_figures(moves)
