"""The lines of a list in one statement: the page of cases first, then what stands beside each of them.

Written as SQL because a list is asked for all day: the same text is prepared once by the server, and nothing has to be
compiled for each request. Sealed columns are opened here, and only those that a line shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from bangban.foundation.clocks.models import Clock, ClockRule
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import ClockView, view_of
from bangban.foundation.privacy.crypto import unseal
from bangban.foundation.privacy.masking import mask_name
from bangban.registry.org.reads import place
from bangban.services.cases.flow import FLOW
from bangban.services.cases.models import Stage

STAGES = {stage.value: str(stage.label) for stage in Stage}

# The limit stands in the innermost part, so that the joins are made for the lines of one page only.
_LINES = """
SELECT c.id, c.number, c.state, c.stage, c.round, c.channel, c.created_at, c.updated_at, c.need_summary, c.question,
    c.contact_name, c.unit_id, c.urgency, owner.name, t.last_at,
    (SELECT v.name FROM catalog_itemversion v WHERE v.item_id = c.item_id AND v.listed LIMIT 1),
    (SELECT count(*) FROM conversation_message m WHERE m.record_id = c.id
        AND m.position > CASE WHEN %s THEN t.staff_read ELSE t.user_read END AND (%s OR NOT m.internal)),
    k.code, r.label, r.clause, k.started_at, k.due_at, k.warn_at, k.breached_at
FROM (SELECT c.id FROM cases_case c WHERE {where} ORDER BY c.created_at DESC, c.id DESC LIMIT %s) AS page
JOIN cases_case c ON c.id = page.id
LEFT JOIN org_staff owner ON owner.id = c.owner_id
LEFT JOIN conversation_thread t ON t.record_id = c.id
LEFT JOIN LATERAL (SELECT * FROM clocks_clock k WHERE k.record_id = c.id AND k.state = 'running'
    ORDER BY k.due_at LIMIT 1) AS k ON true
LEFT JOIN clocks_clockrule r ON r.id = k.rule_id
ORDER BY c.created_at DESC, c.id DESC
"""


@dataclass(frozen=True)
class Where:
    """A condition on the cases `c`, with its values; `where & other` holds when both do."""

    sql: str
    values: tuple[Any, ...] = ()

    def __and__(self, other: Where) -> Where:
        """Join two conditions."""
        return Where(f"{self.sql} AND {other.sql}", self.values + other.values)


@dataclass(frozen=True)
class Row:
    """One case in a list."""

    id: UUID
    number: str
    state: str
    state_label: str
    stage: str
    stage_label: str
    round: int
    channel: str
    created_at: datetime
    updated_at: datetime
    gist: str
    item_name: str
    contact_name: str
    unit_name: str
    owner: str
    unread: int
    last_at: datetime | None
    clock: ClockView | None
    urgency: str


def lines(where: Where, limit: int, *, staff: bool) -> list[Row]:
    """Return the newest `limit` cases of a condition, as staff or as their person sees them. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(where=where.sql), (staff, staff, *where.values, limit))
        found = cursor.fetchall()
    at = now()
    return [_row(values, staff, at) for values in found]


def count(wheres: list[Where], at_most: int) -> list[int]:
    """Return how many cases meet each condition, counted up to a bound. One query."""
    counts = ", ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM cases_case c WHERE {where.sql} LIMIT %s) AS box)" for where in wheres
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for where in wheres for value in (*where.values, at_most)])
        return list(cursor.fetchone())


def _row(values: tuple[Any, ...], staff: bool, at: datetime) -> Row:
    (case_id, number, state, stage, round_, channel, created_at, updated_at, need, question, contact, unit_id, urgency,
     owner, last_at, item_name, unread, *clock) = values  # fmt: skip
    unit = place(unit_id)
    summary = _opened(need, "need_summary") if staff else ""
    return Row(
        id=case_id,
        number=number,
        state=state,
        state_label=FLOW.states[state],
        stage=stage,
        stage_label=STAGES[stage],
        round=round_,
        channel=channel,
        created_at=created_at,
        updated_at=updated_at,
        gist=(summary or _opened(question, "question"))[:80],
        item_name=item_name or "",
        contact_name=mask_name(_opened(contact, "contact_name")),
        unit_name=unit.name if unit else "",
        owner=owner or "",
        unread=unread,
        last_at=last_at,
        clock=_clock(clock, at) if clock[0] else None,
        urgency=urgency,
    )


def _opened(value: Any, column: str) -> str:
    return unseal(bytes(value), f"cases_case.{column}") if value else ""


def _clock(values: list[Any], at: datetime) -> ClockView:
    code, label, clause, started_at, due_at, warn_at, breached_at = values
    rule = ClockRule(code=code, label=label, clause=clause)
    clock = Clock(
        rule=rule, code=code, state="running", started_at=started_at, due_at=due_at, warn_at=warn_at,
        breached_at=breached_at,
    )  # fmt: skip
    return view_of(clock, at)
