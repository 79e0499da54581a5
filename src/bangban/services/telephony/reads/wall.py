"""The live wall: from counts by the minute and small indexes, never from the calls of a day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.services.telephony.counting import NAMES, minute_of
from bangban.services.telephony.rate_views import Figures, HourRow
from bangban.services.telephony.rates import DAY, MINUTE
from bangban.services.telephony.reads.counts import SUMS
from bangban.services.telephony.reads.days import start_of
from bangban.services.telephony.reads.rating import alarms_since
from bangban.services.telephony.reads.seats import states
from bangban.services.telephony.reads.waiting import LIMIT
from bangban.services.telephony.views import Wall

HOUR = timedelta(hours=1)

WAITING = """
SELECT count(*), count(*) FILTER (WHERE offered_at < %s), min(offered_at) FROM telephony_call
WHERE direction = 'in' AND answered_at IS NULL AND ended_at IS NULL
    AND (%s::bigint IS NULL OR coalesce(center_id, 0) = %s::bigint)
"""
BY_HOUR = f"""
SELECT date_trunc('hour', minute), minute >= %s, minute >= %s, minute >= %s,
    %s::bigint IS NULL OR center = %s::bigint, center = 0, {SUMS}
FROM telephony_minute_figures WHERE minute >= %s GROUP BY 1, 2, 3, 4, 5, 6
"""


@dataclass(frozen=True)
class Part:
    """The figures of an hour, or of the piece of it that belongs to the last 24 hours, to today, to the last hour.

    `wanted` tells whether they are of the hotline that is looked at, `unassigned` whether they are of none.
    """

    hour: datetime
    rolling: bool
    today: bool
    last_hour: bool
    wanted: bool
    unassigned: bool
    figures: Figures


def wall(at: datetime | None = None, center: int | None = None) -> Wall:
    """Return the state of a hotline at a moment; `hours` are those of the rolling 24 hours, the oldest first.

    `center` as in `belonging`; `unassigned` counts the calls of the rolling 24 hours that belong to no hotline.
    """
    moment = at or now()
    rolling_start = minute_of(moment) - DAY + MINUTE
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [moment - LIMIT, center, center])
        waiting, late, longest = cursor.fetchone()
        today, hour = start_of(moment.astimezone(DEFAULT_ZONE).date()), minute_of(moment) - HOUR + MINUTE
        cursor.execute(BY_HOUR, [rolling_start, today, hour, center, center, min(rolling_start, today)])
        everybody = [
            Part(start, rolling, day, last, wanted, unassigned, Figures(*counts))
            for start, rolling, day, last, wanted, unassigned, *counts in cursor.fetchall()
        ]
    parts = [part for part in everybody if part.wanted]
    by_state, by_language = _seats(center)
    return Wall(
        at=moment,
        waiting=waiting,
        waiting_late=late,
        longest_wait=max(0, int((moment - longest).total_seconds())) if longest else 0,
        today=add_up(part.figures for part in parts if part.today),
        last_hour=add_up(part.figures for part in parts if part.last_hour),
        rolling=add_up(part.figures for part in parts if part.rolling).connection,
        unassigned=sum(part.figures.offered for part in everybody if part.unassigned and part.rolling),
        hours=_hours(parts),
        seats=by_state,
        languages=by_language,
        alarms=tuple(alarms_since(moment - DAY, center)),
    )


def add_up(parts: Iterable[Figures]) -> Figures:
    """Return the sum of figures."""
    whole = list(parts)
    return Figures(**{name: sum(getattr(part, name) for part in whole) for name in NAMES})


def _hours(parts: list[Part]) -> tuple[HourRow, ...]:
    by_hour: dict[datetime, list[Figures]] = defaultdict(list)
    for part in parts:
        if part.rolling:
            by_hour[part.hour].append(part.figures)
    return tuple(HourRow(hour.astimezone(DEFAULT_ZONE), add_up(by_hour[hour])) for hour in sorted(by_hour))


def _seats(center: int | None) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Count the seats by state, and by language of who sits there."""
    by_state: Counter[str] = Counter()
    by_language: dict[str, Counter[str]] = defaultdict(Counter)
    for state, languages, count in states(center):
        by_state[state] += count
        for language in languages:
            by_language[language][state] += count
    return dict(by_state), {language: dict(counts) for language, counts in sorted(by_language.items())}
