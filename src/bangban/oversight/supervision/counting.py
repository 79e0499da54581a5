"""How much was supervised in a period: one definition for reports, appraisals and lists, and a second way to count it.

A task counts in the period in which it began. What was supervised later, or is supervised now, does not change a period
that is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

LABEL = "督办"
MEANING = (
    "本期开始的督办，一次督办计一件：同一工单因不同情形分别督办的分别计，多人反映的事项整体督办的计一件；"
    "以督办开始的时间为准，不论工单何时受理。"
)
TABLE = "supervision_task t LEFT JOIN hotline_workorder o ON o.id = t.order_id"
OF_ORDERS = (
    "(o.number = ANY(%(only)s) OR t.matter_number IN (SELECT m.number FROM matters_matter m"
    " JOIN matters_matterorder x ON x.matter_id = m.id WHERE x.order_number = ANY(%(only)s) AND x.removed_at IS NULL))"
)
LEDGER = "supervision.opened"


def begun(start: str, end: str) -> str:
    """Return the condition on a task `t` to count in a period, from the names of its first moment and the one after it."""
    return f"t.created_at >= %({start})s AND t.created_at < %({end})s"


def by_unit(center_id: int, start: datetime, end: datetime) -> dict[int | None, int]:
    """Return how many supervisions of a hotline began in a period, by the unit that has to act; None for no unit yet."""
    found = _rows(
        f"SELECT t.unit_id, count(*) FROM {TABLE} WHERE t.center_id = %(center)s AND {begun('start', 'end')} GROUP BY 1",
        {"center": center_id, "start": start, "end": end},
    )
    return dict(found)


def by_ledger(center_id: int, start: datetime, end: datetime, only: Sequence[str] = ()) -> int:
    """Count the same from what the ledger says was opened, and when; `only` keeps the supervision of some orders."""
    kept = f" AND {OF_ORDERS}" if only else ""
    ((number,),) = _rows(
        f"SELECT count(*) FROM ledger_event e JOIN supervision_task t ON t.id = e.record_id"
        " LEFT JOIN hotline_workorder o ON o.id = t.order_id"
        f" WHERE e.kind = %(kind)s AND e.at >= %(start)s AND e.at < %(end)s AND t.center_id = %(center)s{kept}",
        {"kind": LEDGER, "center": center_id, "start": start, "end": end, "only": list(only)},
    )
    return int(number)


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [tuple(row) for row in cursor.fetchall()]
