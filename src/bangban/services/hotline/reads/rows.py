"""The lines of a list of orders in one statement: the page first, then what stands beside each of its orders.

Written as SQL because lists are asked for all day and must stay fast at a million orders: the condition is met by the
indexes of the order alone, and only the lines of one page are joined and unsealed.
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
from bangban.services.hotline import terms
from bangban.services.hotline.flow import FLOW
from bangban.services.hotline.reads.facets import Group

_LINES = """
SELECT o.id, o.number, o.state, o.kind, o.source, o.urgency, o.round, o.received_at, o.updated_at, o.title, o.request, o.place,
    o.contact_name, o.confidential, o.lead_unit_id, o.due_at, o.supervision_level, o.subject_kind, g.name, agent.name,
    k.code, r.label, r.clause, k.started_at, k.due_at, k.warn_at, k.breached_at, o.emergency_class
FROM (SELECT o.id FROM hotline_workorder o WHERE {where} ORDER BY {order} LIMIT %s) AS page
JOIN hotline_workorder o ON o.id = page.id
LEFT JOIN hotline_category g ON g.id = o.category_id
LEFT JOIN org_staff agent ON agent.id = o.agent_id
LEFT JOIN LATERAL (SELECT * FROM clocks_clock k WHERE k.record_id = o.id AND k.state = 'running'
    ORDER BY k.due_at LIMIT 1) AS k ON true
LEFT JOIN clocks_clockrule r ON r.id = k.rule_id
ORDER BY {order}
"""
NEWEST = "o.received_at DESC, o.id DESC"


@dataclass(frozen=True)
class Where:
    """A condition on the orders `o`, with its values; `where & other` holds when both do.

    `facets` say of the same condition, or of a part of it, what the index of facets can tell (see facets.py).
    """

    sql: str
    values: tuple[Any, ...] = ()
    facets: tuple[Group, ...] = ()

    def __and__(self, other: Where) -> Where:
        """Join two conditions."""
        return Where(f"{self.sql} AND {other.sql}", self.values + other.values, self.facets + other.facets)


@dataclass(frozen=True)
class Row:
    """One order in a list."""

    id: UUID
    number: str
    state: str
    state_label: str
    kind: str
    kind_label: str
    source: str
    source_label: str
    urgency: str
    round: int
    received_at: datetime
    updated_at: datetime
    gist: str
    place: str
    contact_name: str
    confidential: bool
    unit_name: str
    category: str
    agent: str
    due_at: datetime | None
    supervision_level: int
    clock: ClockView | None
    emergency: bool


def lines(where: Where, limit: int, *, hide: bool) -> list[Row]:
    """Return the newest `limit` orders of a condition; `hide` leaves the name of confidential callers out."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(where=where.sql, order=NEWEST), (*where.values, limit))
        found = cursor.fetchall()
    at = now()
    return [_row(values, hide, at) for values in found]


def count(wheres: list[Where], at_most: int) -> list[int]:
    """Return how many orders meet each condition, counted up to a bound. One query."""
    counts = ", ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM hotline_workorder o WHERE {where.sql} LIMIT %s) AS box)"
        for where in wheres
    )
    if not wheres:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for where in wheres for value in (*where.values, at_most)])
        return list(cursor.fetchone())


def _row(values: tuple[Any, ...], hide: bool, at: datetime) -> Row:
    (order_id, number, state, kind, source, urgency, round_, received_at, updated_at, title, request, spot, name,
     confidential, unit_id, due_at, level, subject_kind, category, agent, *clock, emergency) = values  # fmt: skip
    unit = place(unit_id)
    anonymous = subject_kind == terms.SubjectKind.ANONYMOUS
    return Row(
        id=order_id,
        number=number,
        state=state,
        state_label=FLOW.states[state],
        kind=kind,
        kind_label=str(terms.Kind(kind).label) if kind else "",
        source=source,
        source_label=str(terms.Source(source).label),
        urgency=urgency,
        round=round_,
        received_at=received_at,
        updated_at=updated_at,
        gist=(_opened(title, "title") or _opened(request, "request"))[:80],
        place=_opened(spot, "place")[:40],
        contact_name="保密"
        if hide and confidential
        else "匿名"
        if anonymous
        else mask_name(_opened(name, "contact_name")),
        confidential=bool(confidential),
        unit_name=unit.name if unit else "",
        category=category or "",
        agent=agent or "",
        due_at=due_at,
        supervision_level=level,
        clock=_clock(clock, at) if clock[0] else None,
        emergency=bool(emergency) or urgency == terms.Urgency.EMERGENCY,
    )


def _opened(value: Any, column: str) -> str:
    return unseal(bytes(value), f"hotline_workorder.{column}") if value else ""


def _clock(values: list[Any], at: datetime) -> ClockView:
    code, label, clause, started_at, due_at, warn_at, breached_at = values
    rule = ClockRule(code=code, label=label, clause=clause)
    clock = Clock(
        rule=rule, code=code, state="running", started_at=started_at, due_at=due_at, warn_at=warn_at,
        breached_at=breached_at,
    )  # fmt: skip
    return view_of(clock, at)
