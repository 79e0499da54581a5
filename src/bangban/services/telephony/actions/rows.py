"""The rows of a delivery: every table in one statement, whatever number of calls it tells of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.crypto import seal
from bangban.registry.org.models import Staff
from bangban.services.telephony import belonging
from bangban.services.telephony.counting import NAMES, Moves, real
from bangban.services.telephony.folding import CallState
from bangban.services.telephony.keeping import recordings_kept
from bangban.services.telephony.numbers import index_of
from bangban.services.telephony.seating import LEASE


@dataclass(slots=True)
class CallRow:
    """A locked call as it was stored; `known` is False when this delivery is the first to tell of it."""

    id: UUID
    exchange: str
    exchange_id: str
    first_at: datetime
    last_at: datetime
    offered_at: datetime
    direction: str
    language: str
    outcome: str
    answered_at: datetime | None
    ended_at: datetime | None
    wait_seconds: int | None
    talk_seconds: int | None
    hold_seconds: int
    menu: bool
    legs_told: int
    agent_id: int | None
    language_met: bool | None
    callback: str
    center_id: int | None
    known: bool

    @property
    def key(self) -> tuple[str, str]:
        """How the exchange names the call."""
        return self.exchange, self.exchange_id


@dataclass(frozen=True, slots=True)
class Person:
    """An agent behind a work number."""

    id: int
    languages: frozenset[str]
    body_id: int


People = Mapping[str, Person]
Pairs = Sequence[tuple[CallRow, CallState]]

OPEN = """
INSERT INTO telephony_call (id, exchange, exchange_id, direction, phone, language, outcome, offered_at, first_at, last_at,
    hold_seconds, on_hold, menu, transfers, legs_told, record_number, callback, callback_tries)
SELECT id, exchange, exchange_id, 'in', ''::bytea, '', 'waiting', at, at, at, 0, false, false, 0, 0, '', '', 0
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::timestamptz[]) AS told (id, exchange, exchange_id, at)
ORDER BY exchange, exchange_id
ON CONFLICT (exchange, exchange_id) DO NOTHING
RETURNING id
"""

LOCK = """
SELECT id, exchange, exchange_id, first_at, last_at, offered_at, direction, language, outcome, answered_at, ended_at,
    wait_seconds, talk_seconds, hold_seconds, menu, legs_told, agent_id, language_met, callback,
    center_id, id <> ALL(%s::uuid[]) AS known
FROM telephony_call WHERE (exchange, exchange_id) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
ORDER BY exchange, exchange_id FOR NO KEY UPDATE
"""


def lock(wanted: Mapping[tuple[str, str], datetime]) -> list[CallRow]:
    """Open calls that are not known yet, and lock all, in one order for every delivery."""
    keys = sorted(wanted)
    exchanges, names = [key[0] for key in keys], [key[1] for key in keys]
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [[new_id() for _ in keys], exchanges, names, [wanted[key] for key in keys]])
        opened = [row[0] for row in cursor.fetchall()]
        cursor.execute(LOCK, [opened, exchanges, names])
        return [CallRow(*row) for row in cursor.fetchall()]


def staff_of(states: Iterable[CallState]) -> People:
    """Return the agents of calls by work number; a number that nobody holds is left out."""
    names = {leg.name for state in states for leg in state.legs if leg.role == "agent"}
    if not names:
        return {}
    found = Staff.objects.filter(work_number__in=names).values_list("work_number", "id", "languages", "body_id")
    return {number: Person(id, frozenset(languages), body) for number, id, languages, body in found}


def center_of(state: CallState, people: People) -> int | None:
    """Return the hotline of a call: by the number dialled, else by the agent."""
    agent = people.get(state.agent)
    return belonging.center_of(state.called if state.direction == "in" else "", agent.body_id if agent else None)


CALL_COLUMNS = {
    "direction": "text", "phone": "bytea", "phone_index": "bytea", "language": "text", "outcome": "text",
    "offered_at": "timestamptz", "queued_at": "timestamptz", "ringing_at": "timestamptz", "answered_at": "timestamptz",
    "ended_at": "timestamptz", "first_at": "timestamptz", "last_at": "timestamptz", "wait_seconds": "int",
    "ring_seconds": "int", "talk_seconds": "int", "hold_seconds": "int", "on_hold": "boolean", "menu": "boolean",
    "transfers": "int", "legs_told": "int", "agent_id": "bigint", "language_met": "boolean", "callback": "text",
    "center_id": "bigint",
}  # fmt: skip

UPDATE_CALLS = f"""
UPDATE telephony_call AS c SET {", ".join(f"{name} = told.{name}" for name in CALL_COLUMNS)}
FROM unnest(%s::uuid[], {", ".join(f"%s::{kind}[]" for kind in CALL_COLUMNS.values())})
    AS told (id, {", ".join(CALL_COLUMNS)})
WHERE c.id = told.id
"""


def write_calls(pairs: Pairs, people: People) -> None:
    """Write what the calls are now."""
    _send(UPDATE_CALLS, [_call_values(row, state, people) for row, state in pairs])


def _call_values(row: CallRow, state: CallState, people: People) -> tuple[Any, ...]:
    phone = phone_of(state)
    agent = people.get(state.agent)
    agent_id = agent.id if agent else None
    met = row.language_met if row.known and agent_id == row.agent_id else None
    if met is None and state.answered_at and state.language and agent:
        met = state.language in agent.languages
    row.callback = _callback(row.callback, state, phone)
    return (
        row.id, state.direction, seal(phone, "telephony_call.phone") if phone else b"", index_of(phone), state.language,
        state.outcome, state.offered_at, state.queued_at, state.ringing_at, state.answered_at, state.ended_at,
        state.first_at, state.last_at, state.wait_seconds, state.ring_seconds, state.talk_seconds, state.hold_seconds,
        state.on_hold, state.menu, state.transfers, len(state.legs), agent_id, met, row.callback,
        center_of(state, people),
    )  # fmt: skip


def phone_of(state: CallState) -> str:
    """Return the number of the outside party."""
    return state.caller if state.direction == "in" else state.called


def _callback(known: str, state: CallState, phone: str) -> str:
    """A lost call goes on the call-back list; one that turns out to be answered leaves it, unless somebody took it."""
    if known in ("claimed", "done"):
        return known
    lost = state.direction == "in" and state.outcome in ("abandoned", "missed")
    return "open" if lost and phone else ""


UPSERT_LEGS = """
INSERT INTO telephony_leg (call_id, position, role, staff_id, name, rang_at, joined_at, ended_at, missed)
SELECT * FROM unnest(%s::uuid[], %s::smallint[], %s::text[], %s::bigint[], %s::bytea[], %s::timestamptz[],
    %s::timestamptz[], %s::timestamptz[], %s::boolean[])
ON CONFLICT (call_id, position) DO UPDATE SET role = excluded.role, staff_id = excluded.staff_id,
    name = excluded.name, rang_at = excluded.rang_at, joined_at = excluded.joined_at, ended_at = excluded.ended_at,
    missed = excluded.missed
"""
DROP_LEGS = """
DELETE FROM telephony_leg AS l USING unnest(%s::uuid[], %s::int[]) AS told (call_id, legs)
WHERE l.call_id = told.call_id AND l.position >= told.legs
"""


def write_legs(pairs: Pairs, people: People) -> None:
    """Write who was in the calls; a late event may leave fewer legs than there were."""
    _send(DROP_LEGS, [(row.id, len(state.legs)) for row, state in pairs if row.legs_told > len(state.legs)])
    _send(
        UPSERT_LEGS,
        [
            (row.id, place, leg.role, _staff_id(people, leg.role, leg.name), _party(people, leg.role, leg.name),
             leg.rang_at, leg.joined_at, leg.ended_at, leg.missed)
            for row, state in pairs
            for place, leg in enumerate(state.legs)
        ],
    )  # fmt: skip


def _staff_id(people: People, role: str, name: str) -> int | None:
    return people[name].id if role == "agent" and name in people else None


def _party(people: People, role: str, name: str) -> bytes:
    known = not name or _staff_id(people, role, name) is not None
    return b"" if known else seal(name, "telephony_leg.name")


UPSERT_RECORDINGS = """
INSERT INTO telephony_recording AS r (id, call_id, reference, at, seconds, digest, keep_until)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::timestamptz[], %s::int[], %s::text[], %s::timestamptz[])
ON CONFLICT (call_id, reference) DO UPDATE SET at = excluded.at, seconds = excluded.seconds,
    digest = coalesce(nullif(excluded.digest, ''), r.digest), keep_until = excluded.keep_until
"""


def write_recordings(pairs: Pairs) -> None:
    """Link the recordings with their calls, to be kept for their time (GB33358-4.2.4-a)."""
    kept = recordings_kept()
    _send(
        UPSERT_RECORDINGS,
        [
            (new_id(), row.id, take.reference, take.at, take.seconds, take.digest, take.at + kept)
            for row, state in pairs
            for take in state.recordings
        ],
    )


# Skips what another delivery has locked: whoever holds such a call writes its place on the list anew.
SETTLE_LOST = """
UPDATE telephony_call SET callback = 'done' WHERE id IN (
    SELECT c.id FROM telephony_call AS c
    JOIN unnest(%s::bytea[], %s::timestamptz[]) AS told (phone_index, answered_at) USING (phone_index)
    WHERE c.callback = 'open' AND c.offered_at < told.answered_at FOR NO KEY UPDATE OF c SKIP LOCKED
)
"""


def settle_lost(pairs: Pairs) -> None:
    """Take callers off the call-back list who have called again and were answered."""
    _send(
        SETTLE_LOST,
        [
            (index_of(state.caller), state.answered_at)
            for row, state in pairs
            if state.answered_at and state.direction == "in" and state.caller and row.answered_at is None
        ],
    )


RENEW_SEATS = """
UPDATE telephony_seatsession AS s
SET free_since = greatest(s.free_since, told.at), lease_until = greatest(s.lease_until, %s::timestamptz)
FROM unnest(%s::bigint[], %s::timestamptz[]) AS told (staff_id, at)
WHERE s.staff_id = told.staff_id AND s.signed_out_at IS NULL
"""


def renew_seats(pairs: Pairs, people: People) -> None:
    """Note when an agent became free; somebody who has just talked is there, whatever the page says."""
    free: dict[int, datetime] = {}
    for _, state in pairs:
        for leg in state.legs:
            if leg.role == "agent" and leg.name in people and leg.joined_at and leg.ended_at:
                staff_id = people[leg.name].id
                free[staff_id] = max(leg.ended_at, free.get(staff_id, leg.ended_at))
    _send(RENEW_SEATS, sorted(free.items()), max(free.values()) + LEASE if free else None)


UPSERT_FIGURES = f"""
INSERT INTO telephony_minute_figures AS f (minute, center, language, {", ".join(NAMES)})
SELECT * FROM unnest(%s::timestamptz[], %s::bigint[], %s::text[], {", ".join("%s::bigint[]" for _ in NAMES)})
    AS told (minute, center, language, {", ".join(NAMES)})
ORDER BY minute, center, language
ON CONFLICT (minute, center, language) DO UPDATE SET {", ".join(f"{name} = f.{name} + excluded.{name}" for name in NAMES)}
"""


def write_figures(moves: Moves) -> None:
    """Move the figures of the minutes by the difference."""
    _send(UPSERT_FIGURES, [(*key, *values) for key, values in real(moves)])


def _send(statement: str, rows: Sequence[Sequence[Any]], *before: Any) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [*before, *([row[place] for row in rows] for place in range(len(rows[0])))])
