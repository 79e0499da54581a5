"""Figures of units and agents of one hotline for appraisal and reports, counted in grouped queries (GB33358-4.2.4-b).

What was given out or taken in counts in the period of that moment; what was completed, late or not, in the period in which
it ended; answers of callers in the period in which they were given. A share without a denominator is None.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from django.db import connection

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import start_of_day
from bangban.registry.org.models import Staff
from bangban.services.hotline.reads.units import name_of

_UNITS = """
SELECT a.unit_id,
  count(*) FILTER (WHERE given) AS received,
  count(*) FILTER (WHERE given AND a.role = 'lead') AS led,
  count(*) FILTER (WHERE given AND a.signed_at IS NOT NULL) AS signed,
  count(*) FILTER (WHERE given AND a.role = 'lead' AND c.breached_at IS NOT NULL) AS signed_late,
  count(*) FILTER (WHERE given AND a.state = 'returned') AS returned,
  count(*) FILTER (WHERE ended AND a.state = 'replied' AND a.role = 'lead') AS completed,
  count(*) FILTER (WHERE ended AND a.state = 'replied' AND a.role = 'lead' AND a.ended_at <= a.due_at) AS on_time,
  count(*) FILTER (WHERE a.state IN ('offered', 'signed') AND a.due_at >= %(start)s AND a.due_at < %(end)s
    AND a.due_at < %(at)s) AS overdue,
  count(*) FILTER (WHERE ended AND a.state = 'replied' AND a.role = 'assisting') AS parts,
  coalesce(sum(extract(epoch FROM r.first_at - a.offered_at)) FILTER (WHERE ended AND a.role = 'lead'), 0)::bigint
    AS reply_seconds,
  count(r.first_at) FILTER (WHERE ended AND a.role = 'lead') AS replied
FROM (SELECT *, offered_at >= %(start)s AND offered_at < %(end)s AS given,
        coalesce(ended_at >= %(start)s AND ended_at < %(end)s, false) AS ended FROM hotline_assignment
      WHERE offered_at < %(end)s AND (offered_at >= %(start)s OR ended_at >= %(start)s OR ended_at IS NULL)) a
JOIN hotline_workorder o ON o.id = a.order_id AND o.center_id = %(center)s
LEFT JOIN clocks_clock c ON c.record_id = a.order_id AND c.code = 'order_sign' AND c.started_at = a.offered_at
LEFT JOIN LATERAL (SELECT min(p.at) AS first_at FROM hotline_reply p WHERE p.order_id = a.order_id AND p.round = a.round
  AND p.unit_id = a.unit_id) r ON a.role = 'lead'
GROUP BY a.unit_id
"""
_ANSWERS = """
SELECT {who},
  count(*) AS asked,
  count(*) FILTER (WHERE v.process_satisfied) AS process_yes,
  count(*) FILTER (WHERE v.result_satisfied) AS result_yes,
  count(v.contacted) AS contacted_asked, count(*) FILTER (WHERE v.contacted) AS contacted_yes,
  count(v.solved) AS solved_asked, count(*) FILTER (WHERE v.solved) AS solved_yes,
  coalesce(sum(v.attitude), 0) AS attitude, count(v.attitude) AS attitude_asked,
  coalesce(sum(v.efficiency), 0) AS efficiency, count(v.efficiency) AS efficiency_asked,
  coalesce(sum(v.process), 0) AS process, count(v.process) AS process_asked,
  coalesce(sum(v.result), 0) AS result, count(v.result) AS result_asked,
  count(*) FILTER (WHERE NOT v.process_satisfied AND NOT v.result_satisfied) AS both_bad
FROM hotline_visit v JOIN hotline_workorder o ON o.id = v.order_id
WHERE o.center_id = %(center)s AND v.state = 'done' AND v.done_at >= %(start)s AND v.done_at < %(end)s AND {where}
GROUP BY 1
"""
_EXTENDED = """
SELECT e.unit_id, count(*) AS extensions, count(*) FILTER (WHERE e.decision = 'approved') AS extended
FROM hotline_extension e JOIN hotline_workorder o ON o.id = e.order_id
WHERE o.center_id = %(center)s AND e.asked_at >= %(start)s AND e.asked_at < %(end)s GROUP BY e.unit_id
"""
_AGENTS = """
SELECT o.agent_id,
  count(*) AS taken,
  count(o.registered_at) AS registered,
  count(*) FILTER (WHERE o.direct) AS direct,
  count(o.transferred_at) AS transferred,
  count(*) FILTER (WHERE t.breached_at IS NOT NULL) AS transferred_late,
  count(*) FILTER (WHERE o.returns > 0) AS misrouted,
  count(*) FILTER (WHERE o.state = 'refused' OR o.refusal <> '') AS refused,
  count(*) FILTER (WHERE o.summary_confirmed) AS confirmed,
  count(m.id) AS messages,
  count(*) FILTER (WHERE m.breached_at IS NOT NULL OR m.due_at < least(coalesce(m.stopped_at, %(at)s), %(at)s))
    AS answered_late
FROM hotline_workorder o
LEFT JOIN clocks_clock t ON t.record_id = o.id AND t.code = 'order_transfer'
  AND t.started_at = (SELECT min(f.started_at) FROM clocks_clock f WHERE f.record_id = o.id AND f.code = 'order_transfer')
LEFT JOIN clocks_clock m ON m.record_id = o.id AND m.code IN ('sms_response', 'mailbox_response')
WHERE o.center_id = %(center)s AND o.agent_id IS NOT NULL AND o.received_at >= %(start)s AND o.received_at < %(end)s
GROUP BY o.agent_id
"""


@dataclass(frozen=True)
class Answers:
    """What callers answered: counts and sums of grades 1 to 5 (GB33358-6.2)."""

    asked: int = 0
    process_yes: int = 0
    result_yes: int = 0
    contacted_asked: int = 0
    contacted_yes: int = 0
    solved_asked: int = 0
    solved_yes: int = 0
    attitude: int = 0
    attitude_asked: int = 0
    efficiency: int = 0
    efficiency_asked: int = 0
    process: int = 0
    process_asked: int = 0
    result: int = 0
    result_asked: int = 0
    both_bad: int = 0


@dataclass(frozen=True)
class UnitScore:
    """What one unit did in a period; counts, `reply_seconds` from the offer to the first reply, summed over `replied`."""

    unit_id: int
    unit: str
    received: int = 0
    led: int = 0
    signed: int = 0
    signed_late: int = 0
    returned: int = 0
    completed: int = 0
    on_time: int = 0
    overdue: int = 0
    parts: int = 0
    reply_seconds: int = 0
    replied: int = 0
    extensions: int = 0
    extended: int = 0
    answers: Answers = Answers()

    @property
    def on_time_share(self) -> float | None:
        """Return per cent: completed in time, of what was completed or is overdue."""
        return share(self.on_time, self.completed + self.overdue)

    @property
    def satisfied_share(self) -> float | None:
        """Return per cent of callers who are satisfied with the result."""
        return share(self.answers.result_yes, self.answers.asked)


@dataclass(frozen=True)
class AgentScore:
    """What one agent took in during a period; `answers` are those of orders that were answered at once."""

    staff_id: int
    name: str
    taken: int = 0
    registered: int = 0
    direct: int = 0
    transferred: int = 0
    transferred_late: int = 0
    misrouted: int = 0
    refused: int = 0
    confirmed: int = 0
    messages: int = 0
    answered_late: int = 0
    answers: Answers = Answers()

    @property
    def direct_share(self) -> float | None:
        """Return per cent solved in the first contact, of what was registered (GB33358-5.2.1.1)."""
        return share(self.direct, self.registered)


def share(part: int, whole: int) -> float | None:
    """Return per cent, unrounded; None where there is nothing to divide."""
    return part * 100 / whole if whole else None


def unit_scores(center_id: int, first: date, last: date) -> list[UnitScore]:
    """Return the figures of every unit that a hotline gave something to do from one day to another, both included."""
    period = _period(center_id, first, last)
    work, more = _rows(_UNITS, period), _rows(_EXTENDED, period)
    said = _answers(period, "v.unit_id", "v.unit_id IS NOT NULL")
    found = [
        UnitScore(
            unit, name_of(unit), **{**work.get(unit, {}), **more.get(unit, {})}, answers=said.get(unit, Answers())
        )
        for unit in sorted({*work, *more, *said})
    ]
    return [
        score for score in found if any(getattr(score, one.name) for one in fields(score)[2:-1]) or score.answers.asked
    ]


def agent_scores(center_id: int, first: date, last: date) -> list[AgentScore]:
    """Return the figures of every agent who took in orders of a hotline, or whose direct answers were judged, in a period."""
    period = _period(center_id, first, last)
    work = _rows(_AGENTS, period)
    said = _answers(period, "o.agent_id", "v.unit_id IS NULL AND o.agent_id IS NOT NULL")
    names = dict(Staff.objects.filter(id__in={*work, *said}).values_list("id", "name"))
    return [
        AgentScore(staff, names.get(staff, ""), **work.get(staff, {}), answers=said.get(staff, Answers()))
        for staff in sorted({*work, *said})
    ]


def _period(center_id: int, first: date, last: date) -> dict[str, Any]:
    end = start_of_day(last + timedelta(days=1))
    return {"center": center_id, "start": start_of_day(first), "end": end, "at": now()}


def _answers(period: dict[str, Any], who: str, where: str) -> dict[int, Answers]:
    rows = _rows(_ANSWERS.format(who=who, where=where), period)
    return {key: Answers(**row) for key, row in rows.items()}


def _rows(sql: str, period: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Return the rows of a grouped query by their first column."""
    with connection.cursor() as cursor:
        cursor.execute(sql, period)
        names = [column.name for column in cursor.description][1:]
        return {row[0]: dict(zip(names, row[1:], strict=True)) for row in cursor.fetchall()}
