"""Consultations at the counter beside those online, day by day (DB23-6.4.1-a, DB23-6.4.3-a)."""

from __future__ import annotations

from datetime import date
from typing import Any

from bangban.foundation.clocks.moment import now
from bangban.oversight.analysis.periods import edges, rows

COUNTED = """
SELECT (d AT TIME ZONE 'Asia/Shanghai')::date AS day, c.*, coalesce(o.online, 0) AS online
FROM generate_series(%s::timestamptz, %s::timestamptz - interval '1 day', interval '1 day') AS d
LEFT JOIN LATERAL (
    SELECT count(*) AS counter,
           count(*) FILTER (WHERE i.channel = 'window') AS at_window,
           count(*) FILTER (WHERE i.channel = 'phone') AS by_phone,
           count(*) FILTER (WHERE i.instant) AS instant,
           count(*) FILTER (WHERE NOT i.instant) AS promised,
           count(*) FILTER (WHERE k.breached_at IS NOT NULL OR k.state = 'running' AND k.due_at < %s) AS missed
    FROM counter_inquiry i LEFT JOIN clocks_clock k ON k.record_id = i.id AND k.code = 'agreed_reply'
    WHERE i.body_id = ANY(%s) AND i.created_at >= d AND i.created_at < d + interval '1 day'
) AS c ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS online FROM cases_case
    WHERE unit_id = ANY(%s) AND created_at >= d AND created_at < d + interval '1 day'
) AS o ON true
ORDER BY 1
"""


def consultations(units: list[int], begin: date, end: date) -> dict[str, Any]:
    """Questions of each local day: at the counter (on the spot, promised, missed) and online; shares over the period."""
    found = rows(COUNTED, [*edges(begin, end), now(), units, units])
    asked, instant = sum(row["counter"] for row in found), sum(row["instant"] for row in found)
    lines = [{**row, "day": row["day"].isoformat(), "all": row["counter"] + row["online"]} for row in found]
    return {
        "rows": lines,
        "counter": asked,
        "online": sum(row["online"] for row in found),
        "missed": sum(row["missed"] for row in found),
        "instant_share": instant / asked if asked else None,
    }
