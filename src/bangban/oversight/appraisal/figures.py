"""The figures of units and agents for one period, gathered where each is defined: results, supervision, surveys, checks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection

from bangban.foundation.clocks.zones import start_of_day
from bangban.oversight.appraisal.terms import CRITERIA, DIMENSIONS, FULL_MARK, METHOD_OF_CHANNEL, Method
from bangban.oversight.supervision.counting import by_unit
from bangban.registry.org.models import Staff
from bangban.services.hotline.reads.results import AgentScore, UnitScore, agent_scores, unit_scores

# The answers of call-backs by way, over the same rows as hotline.reads.results counts them.
BY_WAY = """
SELECT v.unit_id, v.channel, count(*), count(*) FILTER (WHERE v.result_satisfied),
  coalesce(sum(coalesce(v.attitude, 0) + coalesce(v.efficiency, 0) + coalesce(v.process, 0) + coalesce(v.result, 0)), 0)::bigint,
  count(v.attitude) + count(v.efficiency) + count(v.process) + count(v.result)
FROM hotline_visit v JOIN hotline_workorder o ON o.id = v.order_id
WHERE o.center_id = %(center)s AND v.state = 'done' AND v.unit_id IS NOT NULL AND v.done_at >= %(start)s AND v.done_at < %(end)s
GROUP BY v.unit_id, v.channel
"""
SURVEYED = """
SELECT a.unit_id, s.method, count(*), count(a.satisfied), count(*) FILTER (WHERE a.satisfied),
  count(a.responded), count(*) FILTER (WHERE a.responded), count(a.solved), count(*) FILTER (WHERE a.solved),
  coalesce(sum(a.attitude), 0), count(a.attitude), coalesce(sum(a.efficiency), 0), count(a.efficiency),
  coalesce(sum(a.process), 0), count(a.process), coalesce(sum(a.result), 0), count(a.result)
FROM appraisal_surveyanswer a JOIN appraisal_survey s ON s.id = a.survey_id
WHERE s.center_id = %(center)s AND s.state <> 'withdrawn' AND a.day >= %(first)s AND a.day <= %(last)s
GROUP BY a.unit_id, s.method
"""
KNOWLEDGE = """
SELECT o.agent_id, count(DISTINCT o.id) FROM hotline_workorder o JOIN hotline_knowledgeuse k ON k.order_id = o.id
WHERE o.center_id = %(center)s AND o.direct AND o.received_at >= %(start)s AND o.received_at < %(end)s AND o.agent_id IS NOT NULL GROUP BY o.agent_id
"""
QUALITY = f"""
SELECT c.agent_id, sum({" + ".join(f"c.{name}" for name in CRITERIA)}), count(*)
FROM appraisal_check c JOIN appraisal_sampling s ON s.id = c.sampling_id
WHERE s.center_id = %(center)s AND s.first >= %(first)s AND s.last <= %(last)s AND c.done_at IS NOT NULL AND c.set_aside = ''
GROUP BY c.agent_id
"""


ANYTHING = """
SELECT EXISTS (SELECT FROM hotline_workorder WHERE center_id = %(center)s AND received_at < %(end)s
    AND (received_at >= %(start)s OR completed_at IS NULL OR completed_at >= %(start)s))
  OR EXISTS (SELECT FROM hotline_visit v JOIN hotline_workorder o ON o.id = v.order_id
    WHERE o.center_id = %(center)s AND v.done_at >= %(start)s AND v.done_at < %(end)s)
  OR EXISTS (SELECT FROM appraisal_surveyanswer a JOIN appraisal_survey s ON s.id = a.survey_id
    WHERE s.center_id = %(center)s AND s.state <> 'withdrawn' AND a.day >= %(first)s AND a.day <= %(last)s)
  OR EXISTS (SELECT FROM appraisal_sampling
    WHERE center_id = %(center)s AND first >= %(first)s AND last <= %(last)s)
"""


@dataclass
class Sheet:
    """Figures of one unit or agent: code to part and whole; answers by method."""

    figures: dict[str, list[float]]
    methods: dict[str, list[float]] = field(default_factory=dict)

    def add(self, code: str, part: float, whole: float) -> None:
        """Add answers of a further source."""
        known = self.figures.setdefault(code, [0, 0])
        self.figures[code] = [known[0] + part, known[1] + whole]

    def heard(self, method: str, counts: list[float]) -> None:
        """Add answers of one method."""
        self.methods[method] = [a + b for a, b in zip(self.methods.get(method, [0, 0, 0, 0]), counts, strict=True)]


def anything(center_id: int, first: date, last: date) -> bool:
    """Tell at once whether a period can have any figure: an order that was open in it, an answer, or a drawn call."""
    return bool(_rows(ANYTHING, _period(center_id, first, last))[0][0])


def unit_sheets(center_id: int, first: date, last: date) -> dict[int, Sheet]:
    """Return the sheet of every unit with work or answers in a period (GB33358-6.2)."""
    period = _period(center_id, first, last)
    found: dict[int, Sheet] = defaultdict(lambda: _unit(UnitScore(0, "")))
    found.update({score.unit_id: _unit(score) for score in unit_scores(center_id, first, last)})
    for unit, channel, *counts in _rows(BY_WAY, period):
        found[unit].heard(METHOD_OF_CHANNEL.get(channel, Method.OTHER.value), counts)
    for unit, method, answers, asked, good, *more in _rows(SURVEYED, period):
        sheet = found[unit]
        sheet.add("satisfied", good, asked)
        sheet.add("responded", more[1], more[0])
        sheet.add("solved", more[3], more[2])
        graded = more[4:]
        for place, code in enumerate(DIMENSIONS):
            sheet.add(code, graded[2 * place], graded[2 * place + 1])
        sheet.heard(method, [answers, good, sum(graded[::2]), sum(graded[1::2])])
    for unit, tasks in by_unit(center_id, period["start"], period["end"]).items():
        if unit is not None:
            found[unit].figures["supervised"] = [tasks, 0]
    return dict(found)


def agent_sheets(center_id: int, first: date, last: date) -> dict[int, Sheet]:
    """Return the sheet of every agent of the hotline (GB33358-4.2.4-b); quality from checks drawn within the period."""
    period = _period(center_id, first, last)
    own = set(Staff.objects.filter(body_id=center_id).values_list("id", flat=True))
    used = dict(_rows(KNOWLEDGE, period))
    quality = {agent: [int(total), FULL_MARK * len(CRITERIA) * count] for agent, total, count in _rows(QUALITY, period)}
    found = {
        score.staff_id: _agent(score, used.get(score.staff_id, 0))
        for score in agent_scores(center_id, first, last)
        if score.staff_id in own
    }
    for agent, pair in quality.items():
        if agent in own:
            found.setdefault(agent, _agent(AgentScore(agent, ""), 0)).figures["quality"] = list(pair)
    return found


def _unit(score: UnitScore) -> Sheet:
    said = score.answers
    return Sheet(
        {
            **{code: [getattr(said, code), getattr(said, f"{code}_asked")] for code in DIMENSIONS},
            "responded": [said.contacted_yes, said.contacted_asked],
            "solved": [said.solved_yes, said.solved_asked],
            "satisfied": [said.result_yes, said.asked],
            "on_time": [score.on_time, score.completed + score.overdue],
            "signed": [score.led - score.signed_late, score.led],
            "reply": [score.reply_seconds, score.replied],
            "returned": [score.returned, score.received],
            "supervised": [0, 0],
            "completed": [score.completed, 0],
        }
    )


def _agent(score: AgentScore, used: int) -> Sheet:
    said = score.answers
    return Sheet(
        {
            "direct": [score.direct, score.registered],
            "transferred": [score.transferred - score.transferred_late, score.transferred],
            "knowledge": [used, score.direct],
            "quality": [0, 0],
            "response": [score.messages - score.answered_late, score.messages],
            "misrouted": [score.misrouted, score.transferred],
            "satisfied": [said.result_yes, said.asked],
            "taken": [score.taken, 0],
        }
    )


def _period(center_id: int, first: date, last: date) -> dict[str, Any]:
    return {
        "center": center_id, "first": first, "last": last, "start": start_of_day(first),
        "end": start_of_day(last + timedelta(days=1)),
    }  # fmt: skip


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [tuple(row) for row in cursor.fetchall()]
