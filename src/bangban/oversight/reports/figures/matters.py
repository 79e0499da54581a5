"""Counting one concentrated matter over its linked orders: where, when, who, and how it goes on (GB33358-5.6.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bangban.foundation.clocks.zones import business_date
from bangban.oversight.reports.content import Content, Line, Point, Row, Topic, Trend, Value
from bangban.oversight.reports.figures.counting import Scope, amounts, grouped, named, steps, units_of
from bangban.oversight.reports.figures.measures import BY_CODE, COHORTS, TAKEN, TOPIC_GROUPS, TOPIC_MEASURES
from bangban.oversight.reports.figures.names import label_of
from bangban.oversight.reports.forecast import AHEAD, MOST, basis, straight
from bangban.oversight.reports.periods import Span

WEEK = timedelta(weeks=1)
BY_ORDER = ("weekday", "hour")


def count_matter(center_id: int, name: str, numbers: Sequence[str], cut: datetime) -> Content:
    """Count the orders of a matter from the first one to the moment of the cut-off."""
    today = business_date(cut)
    (edge,) = named(
        "SELECT min(received_at) AS first FROM hotline_workorder WHERE center_id = %(center)s AND number = ANY(%(only)s)",
        {"center": center_id, "only": list(numbers)},
    )
    first = business_date(edge["first"]) if edge["first"] else today
    scope = Scope(center_id, Span(first, today), cut, tuple(numbers) or ("",))
    counted = grouped(scope, TOPIC_GROUPS)
    weeks = _weeks(scope, today)
    return Content(
        first=first,
        last=today,
        cut_off=cut,
        lines=tuple(_lines(scope)),
        groups={group: _rows(group, found) for group, found in counted.items()},
        units=tuple(units_of(scope)),
        step="week",
        points=tuple(Point(label, orders) for label, orders in steps(scope, "week")),
        topic=_topic(name, scope, _trend(weeks, today)),
    )


def _lines(scope: Scope) -> list[Line]:
    chosen = [BY_CODE[code] for code in TOPIC_MEASURES]
    found: dict[str, Value] = {}
    for cohort in COHORTS:
        found |= amounts([one for one in chosen if one.cohort == cohort], scope)
    return [Line(one.code, one.label, one.unit, found[one.code]) for one in chosen]


def _rows(group: str, counted: dict[str, int]) -> tuple[Row, ...]:
    keys = sorted(counted, key=int if group in BY_ORDER else lambda key: (-counted[key], key))
    return tuple(Row(key, label_of(group, key), counted[key]) for key in keys)


def _weeks(scope: Scope, today: date) -> list[int]:
    """Orders of each complete week since the first one: the running week says nothing yet, nor does the first part week."""
    counts = [orders for _, orders in steps(scope, "week")]
    begun_midway = scope.span.first.weekday() != 0
    return counts[1 if begun_midway else 0 : -1 if today.weekday() != 6 else None][-MOST:]


def _trend(weeks: list[int], today: date) -> Trend:
    found = straight(weeks)
    if found is None:
        return Trend(basis(len(weeks), None), len(weeks))
    monday = today - timedelta(days=today.weekday()) + (WEEK if today.weekday() == 6 else timedelta())
    labels = tuple(f"{day.month}月{day.day}日" for day in (monday + place * WEEK for place in range(AHEAD)))
    return Trend(basis(len(weeks), found), found.n, found.slope, labels, found.values, found.low, found.high)


def _topic(name: str, scope: Scope, trend: Trend) -> Topic:
    cohort = COHORTS["received"]
    (row,) = named(
        f"""
        SELECT count(*) AS orders, min(o.received_at) AS first_at, max(o.received_at) AS last_at,
               count(DISTINCT o.caller_id) AS callers,
               count(*) FILTER (WHERE ({TAKEN}) AND o.completed_at IS NULL) AS open,
               count(*) FILTER (WHERE o.result_satisfied IS FALSE) AS unsatisfied,
               (SELECT count(*) FROM (SELECT o.caller_id FROM {cohort.table} WHERE {scope.where(cohort)}
                AND o.caller_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1) AS again) AS repeated
        FROM {cohort.table} WHERE {scope.where(cohort)}
        """,
        scope.values,
    )
    return Topic(name=name, trend=trend, **row)
