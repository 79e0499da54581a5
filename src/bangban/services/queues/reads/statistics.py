"""Figures of halls over days: waiting, serving, missed calls, people who gave up, alerts and how soon they were met.

They are read from stays (models.Stint), which name no visitor and outlive what retention deletes. A ticket counts on
the day and in the hour in which the person came, as soon as its first stay, or its wait without one, has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import connection, transaction

from bangban.foundation.access.actors import CHANNELS
from bangban.registry.halls.models import QueueClass, Window
from bangban.registry.halls.reads import hall
from bangban.registry.org.models import Staff

By = Literal["all", "day", "class", "window", "hour", "staff", "channel"]
KEYS: Mapping[str, str] = {
    "all": "0",
    "day": "business_date",
    "class": "klass_id",
    "window": "window_id",
    "hour": "hour",
    "staff": "staff_id",
    "channel": "channel",
}
ALERT_KEYS: Mapping[str, str] = {
    "all": "0",
    "day": "business_date",
    "class": "klass_id",
    "hour": "extract(hour FROM raised_at AT TIME ZONE %(zone)s)::int",
}
STINTS = """
SELECT {key}, count(*) FILTER (WHERE first), count(*) FILTER (WHERE first AND called),
    avg(waited) FILTER (WHERE first AND called)::float8,
    array_agg(waited) FILTER (WHERE first AND called),
    max(waited) FILTER (WHERE first), count(*) FILTER (WHERE outcome = 'done'),
    avg(serving) FILTER (WHERE outcome IN ('done', 'transferred'))::float8,
    avg(at_window) FILTER (WHERE called)::float8, count(*) FILTER (WHERE called),
    count(*) FILTER (WHERE outcome = 'missed'), count(*) FILTER (WHERE first AND NOT called),
    count(*) FILTER (WHERE outcome = 'transferred'), count(*) FILTER (WHERE first AND priority)
FROM queues_stint WHERE body_id = ANY(%(bodies)s) AND business_date BETWEEN %(first)s AND %(last)s
GROUP BY 1 ORDER BY 1
"""
ALERTS = """
SELECT {key}, count(*), count(handled_at), avg(extract(epoch FROM handled_at - raised_at))::float8
FROM queues_crowdalert WHERE body_id = ANY(%(bodies)s) AND business_date BETWEEN %(first)s AND %(last)s GROUP BY 1
"""


@dataclass(frozen=True)
class Figure:
    """Figures of one class, window, hour, member of staff, channel or day; seconds and shares (0…1), None without any.

    `missed_share` is of all calls, `abandoned_share` (left or expired without being called) of all tickets. Alerts are
    counted by class, hour and day only.
    """

    key: Any
    label: str
    tickets: int
    called: int
    waited_mean: float | None
    waited_p50: float | None
    waited_p90: float | None
    waited_longest: int | None
    served: int
    serving_mean: float | None
    at_window_mean: float | None
    missed_share: float | None
    abandoned_share: float | None
    transfers: int
    priority_share: float | None
    alerts: int = 0
    alerts_handled: int = 0
    response_mean: float | None = None


def figures(body_ids: Iterable[int], first: date, last: date, by: By = "class") -> list[Figure]:
    """Return the figures of some halls over business days, both included, by what `by` names (DB23-7.1).

    With several halls, hours are those of each hall. ValueError for an unknown `by`.
    """
    if by not in KEYS:
        raise ValueError(f"Figures are by {', '.join(KEYS)}, not by {by!r}.")
    bodies = list(body_ids)
    plan = next((plan for body_id in bodies if (plan := hall(body_id))), None)
    values: dict[str, Any] = {
        "bodies": bodies,
        "first": first,
        "last": last,
        "zone": str(plan.zone) if plan else "Asia/Shanghai",
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # All waits of the span go into arrays, in one pass and without sorting; a year of a large hall has to fit.
        cursor.execute("SELECT set_config('work_mem', %s, true)", [GATHERING_MEMORY])
        cursor.execute(STINTS.format(key=KEYS[by]), values)
        rows = cursor.fetchall()
        alerts: dict[Any, tuple[int, int, float | None]] = {}
        if by in ALERT_KEYS:
            cursor.execute(ALERTS.format(key=ALERT_KEYS[by]), values)
            alerts = {row[0]: row[1:] for row in cursor.fetchall()}
    labels = _labels(by, bodies, [row[0] for row in rows] + list(alerts))
    found = [_figure(row, labels, alerts.pop(row[0], (0, 0, None))) for row in rows]
    return found + [_figure((key, *NOTHING), labels, one) for key, one in alerts.items()]


GATHERING_MEMORY = "64MB"
NOTHING = (0, 0, None, None, None, 0, None, None, 0, 0, 0, 0, 0)


def _figure(row: tuple[Any, ...], labels: Mapping[Any, str], alerts: tuple[int, int, float | None]) -> Figure:
    key, tickets, called, mean, waits, longest, served, serving, stay, calls, missed, given_up, transfers, priority = (
        row
    )
    ordered = sorted(waits or ())
    return Figure(
        key, labels.get(key, str(key)), tickets, called, mean, percentile(ordered, 0.5), percentile(ordered, 0.9), longest, served, serving, stay,
        _share(missed, calls), _share(given_up, tickets), transfers, _share(priority, tickets), *alerts,
    )  # fmt: skip


def percentile(ordered: Sequence[int], share: float) -> float | None:
    """Return the value below which a share of an ordered row lies, in between where none stands; None without any."""
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _labels(by: By, bodies: list[int], keys: list[Any]) -> Mapping[Any, str]:
    names: dict[Any, str] = {None: "未叫号"}
    if by == "class":
        return names | dict(QueueClass.objects.filter(body_id__in=bodies).values_list("id", "name"))
    if by == "window":
        return names | dict(Window.objects.filter(body_id__in=bodies).values_list("id", "label"))
    if by == "staff":
        return names | dict(Staff.objects.filter(id__in=[key for key in keys if key]).values_list("id", "name"))
    if by == "hour":
        return {key: f"{key}:00–{key + 1}:00" for key in keys}
    if by == "channel":
        return CHANNELS
    return {key: "全部" if by == "all" else key.isoformat() for key in keys}
