"""How long a service of a class takes here and who will come with priority, measured; kept in memory for seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from bangban.registry.halls.reads import Hall
from bangban.services.queues.estimating import Overtaking
from bangban.services.queues.handling import Handling, Measured, blended

LOOK_BACK = timedelta(days=28)
KEEP_SECONDS = 15.0
KEEP_PAST_SECONDS = 1800.0
USUAL_GAP = 25.0
LONGEST_GAP = 180.0
GAPS_COUNT = 10
ARRIVALS_WITHIN = timedelta(hours=1)

TODAY = (
    "SELECT klass_id, at_window, extract(epoch FROM %s - ended_at)::float8 + at_window FROM queues_stint"
    " WHERE body_id = %s AND business_date = %s AND at_window IS NOT NULL AND ended_at <= %s"
)
RUNNING = (
    "SELECT klass_id, extract(epoch FROM %s - called_at)::float8 FROM queues_ticket WHERE body_id = %s AND"
    " business_date = %s AND state IN ('called', 'serving') AND called_at <= %s"
)
PAST = (
    "SELECT klass_id, count(*), avg(at_window)::float8, avg(at_window::float8 * at_window) FROM queues_stint"
    " WHERE body_id = %s AND business_date >= %s AND business_date < %s AND hour BETWEEN %s AND %s"
    " AND at_window IS NOT NULL GROUP BY klass_id"
)
GAPS = (
    "SELECT count(*), avg(gap)::float8 FROM (SELECT extract(epoch FROM called_at - lag(ended_at) OVER (PARTITION BY"
    " window_id ORDER BY ended_at)) AS gap FROM queues_stint WHERE body_id = %s AND business_date = %s"
    " AND at_window IS NOT NULL AND ended_at > %s) AS gaps WHERE gap BETWEEN 0 AND %s"
)
PRIORITY = (
    "SELECT klass_id, flags, count(*) FROM queues_ticket WHERE body_id = %s AND business_date = %s"
    " AND issued_at > %s AND issued_at <= %s AND flags <> '{}' GROUP BY klass_id, flags"
)


@dataclass(frozen=True)
class Pace:
    """The pace of a hall: time of a call at a window by class, and people who will come and stand further ahead."""

    handling: dict[int, Handling]
    overtaking: tuple[Overtaking, ...]


_kept: dict[int, tuple[float, datetime, Pace]] = {}
_kept_past: dict[tuple[object, ...], tuple[float, dict[int, Measured]]] = {}


def forget() -> None:
    """Drop what is remembered (tests, a database that was replaced)."""
    _kept.clear()
    _kept_past.clear()


def pace(plan: Hall, at: datetime) -> Pace:
    """Return the pace of a hall, at most some seconds old."""
    known = _kept.get(plan.body_id)
    fresh = known is not None and known[0] > time.monotonic() and abs((at - known[1]).total_seconds()) < KEEP_SECONDS
    if known is None or not fresh or set(known[2].handling) != set(plan.classes):
        known = (time.monotonic() + KEEP_SECONDS, at, _measure(plan, at))
        _kept[plan.body_id] = known
    return known[2]


def typical_seconds(plan: Hall, at: datetime) -> dict[int, float]:
    """Return the mean seconds from one call to the next of each class of a hall."""
    return {klass_id: one.mean for klass_id, one in pace(plan, at).handling.items()}


def _measure(plan: Hall, at: datetime) -> Pace:
    day = plan.day_of(at)
    past, gap = _past(plan, at), _gap(plan, at)
    today: dict[int, list[tuple[float, float]]] = {}
    running: dict[int, list[float]] = {}
    with connection.cursor() as cursor:
        cursor.execute(TODAY, [at, plan.body_id, day, at])
        for klass_id, seconds, age in cursor.fetchall():
            today.setdefault(klass_id, []).append((seconds, age))
        cursor.execute(RUNNING, [at, plan.body_id, day, at])
        for klass_id, elapsed in cursor.fetchall():
            running.setdefault(klass_id, []).append(elapsed)
    handling = {
        klass.id: blended(
            klass.service_seconds,
            past.get(klass.id, Measured()),
            today.get(klass.id, ()),
            running.get(klass.id, ()),
            gap,
        )
        for klass in plan.classes.values()
    }
    return Pace(handling, tuple(_overtaking(plan, at)))


def _past(plan: Hall, at: datetime) -> dict[int, Measured]:
    """Return what the days before measured about this hour and the ones beside it; read twice an hour."""
    day, hour = plan.day_of(at), at.astimezone(plan.zone).hour
    key = (plan.body_id, day, hour)
    known = _kept_past.get(key)
    if known is None or known[0] < time.monotonic():
        with connection.cursor() as cursor:
            cursor.execute(PAST, [plan.body_id, day - LOOK_BACK, day, hour - 1, hour + 1])
            found = {klass_id: Measured(count, mean, square) for klass_id, count, mean, square in cursor.fetchall()}
        _kept_past.clear() if len(_kept_past) > 1000 else None
        known = (time.monotonic() + KEEP_PAST_SECONDS, found)
        _kept_past[key] = known
    return known[1]


def _gap(plan: Hall, at: datetime) -> float:
    """Return the mean time between the end of one service and the next call, weighed against the usual one."""
    with connection.cursor() as cursor:
        cursor.execute(GAPS, [plan.body_id, plan.day_of(at), at - ARRIVALS_WITHIN, LONGEST_GAP])
        count, mean = cursor.fetchone()
    return float(((mean or 0.0) * count + USUAL_GAP * GAPS_COUNT) / (count + GAPS_COUNT))


def _overtaking(plan: Hall, at: datetime) -> list[Overtaking]:
    with connection.cursor() as cursor:
        cursor.execute(PRIORITY, [plan.body_id, plan.day_of(at), at - ARRIVALS_WITHIN, at])
        rows = cursor.fetchall()
    counts: dict[tuple[int, float], int] = {}
    for klass_id, flags, count in rows:
        credit = max((plan.rules.credits.get(flag, timedelta()) for flag in flags), default=timedelta())
        key = (klass_id, credit.total_seconds())
        counts[key] = counts.get(key, 0) + count
    seconds = ARRIVALS_WITHIN.total_seconds()
    return [Overtaking(klass_id, count / seconds, credit) for (klass_id, credit), count in counts.items() if credit]
