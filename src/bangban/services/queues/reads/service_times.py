"""How long a service of a class takes here, from what was measured today and on the days before."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from bangban.registry.halls.reads import Hall

PRIOR_WEIGHT = 5
"""So many services does the given service time of a class count as, beside the measured ones."""

LOOK_BACK = timedelta(days=14)


def typical_seconds(plan: Hall, at: datetime) -> dict[int, float]:
    """Return the mean seconds from call to end for each class of a hall, measured ones beside the given one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT klass_id, count(*), sum(extract(epoch FROM ended_at - called_at)) FROM queues_ticket "
            "WHERE body_id = %s AND business_date >= %s AND state = 'done' GROUP BY 1",
            [plan.body_id, (at - LOOK_BACK).date()],
        )
        measured = {klass: (int(count), float(total or 0)) for klass, count, total in cursor.fetchall()}
    found = {}
    for klass in plan.classes.values():
        count, total = measured.get(klass.id, (0, 0.0))
        found[klass.id] = (total + PRIOR_WEIGHT * klass.service_seconds) / (count + PRIOR_WEIGHT)
    return found
