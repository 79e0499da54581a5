"""A week of the roster: who is on when, what is missing, who changed it; and an agent's own shifts."""

from __future__ import annotations

import time as clock
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.clocks.zones import business_date
from bangban.registry.org.models import Shift, Staff
from bangban.services.telephony import staffing, weeks
from bangban.services.telephony.models import RosterChange
from bangban.services.telephony.reads.days import start_of
from bangban.services.telephony.rostering import ENDS_AT_MIDNIGHT
from bangban.services.telephony.staffing import Demand, Short
from bangban.services.telephony.views import Gap
from bangban.services.telephony.weeks import DAY, Known, Span, Week

GROUP, TOLD_CHANGES = 100, 10
WEEKS_BACK = 4
HOUR, WEEK_HOURS = timedelta(hours=1), 7 * 24
KEEP_SECONDS, MOST_KEPT = 600, 100
_demands: dict[tuple[date, str, int | None], tuple[float, Demand]] = {}


@dataclass(frozen=True)
class Person:
    """An agent in the roster of one week."""

    id: int
    name: str
    work_number: str
    languages: tuple[str, ...]
    known: Known


@dataclass(frozen=True)
class RosterWeek:
    """The agents of a hotline in one week; `mark` changes with every saving, so that two do not overwrite each other."""

    monday: date
    people: tuple[Person, ...]
    mark: str


@dataclass(frozen=True)
class Check:
    """What is missing in a week: stretches without anybody, hours with too few, and people by [weekday][hour]."""

    gaps: tuple[Gap, ...]
    short: tuple[Short, ...]
    there: tuple[tuple[int, ...], ...]
    demand: Demand


@dataclass(frozen=True)
class Change:
    """One person's week before and after a saving."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    by: str
    at: datetime


def roster_week(center_id: int, monday: date) -> RosterWeek:
    """Return the agents of a hotline with their shifts of the seven days from a Monday, by work number."""
    rows = Staff.objects.filter(
        body_id=center_id, active=True, account__is_active=True, duties__contains=["hotline_agent"]
    )
    found = list(rows.order_by("work_number", "id").values_list("id", "name", "work_number", "languages"))
    known = known_weeks([row[0] for row in found], monday)
    people = tuple(Person(id, name, number, tuple(spoken), known[id]) for id, name, number, spoken in found)
    return RosterWeek(monday, people, mark_of(center_id, monday))


def mark_of(center_id: int, monday: date) -> str:
    """Return the mark of the latest saving of a week; 0 before the first."""
    changes = RosterChange.objects.filter(center_id=center_id, monday=monday)
    return str(changes.order_by("-id").values_list("id", flat=True).first() or 0)


def known_weeks(staff_ids: list[int], monday: date) -> dict[int, Known]:
    """Return what is stored for some members of staff in one week."""
    first, last = monday - timedelta(days=1), monday + timedelta(days=7)
    rows = Shift.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=first), staff_id__in=staff_ids, valid_from__lte=last
    ).values_list("staff_id", "weekday", "starts", "ends", "workdays_only", "valid_from", "valid_to")
    calendar = work_calendar()
    days = [first + timedelta(days=n) for n in range(9)]
    worked = {day: calendar.is_workday(day) for day in days}
    pieces: dict[int, dict[date, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for staff_id, weekday, starts, ends, workdays_only, valid_from, valid_to in rows:
        for day in days:
            if (
                day.weekday() == weekday
                and valid_from <= day <= (valid_to or day)
                and (worked[day] or not workdays_only)
            ):
                pieces[staff_id][day].append(Span(_minutes(starts), _end(ends)))
    return {staff_id: weeks.join(pieces[staff_id], monday) for staff_id in staff_ids}


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _end(at: time) -> int:
    return DAY if at >= ENDS_AT_MIDNIGHT else _minutes(at)


def check_of(found: RosterWeek, plan: Mapping[int, Week], demand: Demand, language: str = "") -> Check:
    """Return what is missing when these people work so; the others as stored. Of one language only when it is given."""
    people = [one for one in found.people if not language or language in one.languages]
    pairs = [(plan.get(one.id, one.known.week), one.known) for one in people]
    begin = start_of(found.monday)
    end = begin + timedelta(days=7)
    spans = weeks.stretches(pairs, found.monday)
    there = staffing.on_duty(spans, begin)
    return Check(
        gaps=tuple(Gap(*gap) for gap in staffing.uncovered(spans, begin, end)),
        short=tuple(staffing.shortages(there, demand.agents)),
        there=tuple(map(tuple, there)),
        demand=demand,
    )


CALLS = """
SELECT date_bin('1 hour', minute, %s), sum(offered)::bigint, sum(answered)::bigint, sum(talk_seconds)::bigint
FROM telephony_minute_figures
WHERE minute >= %s AND minute < %s AND offered > 0 AND (%s::text = '' OR language = %s::text)
    AND (%s::bigint IS NULL OR center = %s::bigint) GROUP BY 1
"""
AFTERWARDS = """
SELECT coalesce(extract(epoch FROM sum(t.ended_at - t.started_at)), 0)::bigint FROM telephony_seatstint AS t
JOIN telephony_seatsession AS s ON s.id = t.session_id JOIN telephony_seat AS e ON e.number = s.seat_id
WHERE t.state = 'wrap_up' AND t.started_at >= %s AND t.started_at < %s AND t.ended_at IS NOT NULL
    AND (%s::bigint IS NULL OR e.center_id = %s::bigint)
"""


def demand_of(monday: date, language: str = "", center: int | None = None) -> Demand:
    """Return how many agents each hour of a week needs, from the calls of the 28 days before it, and before today.

    The days of a week that is not over count too: for next week, this Monday is the latest Monday there is.
    Of one hotline when there are several. A call takes its talk and, on average, the time that agents said they needed
    after calls. Kept for ten minutes, since it is asked for at each key that a manager types into the roster.
    """
    until = min(monday, business_date(now()))
    known = _demands.get((until, language, center))
    if known is None or known[0] <= clock.monotonic():
        if len(_demands) >= MOST_KEPT:
            _demands.clear()
        known = clock.monotonic() + KEEP_SECONDS, _demand(until, language, center)
        _demands[until, language, center] = known
    return known[1]


def forget() -> None:
    """Drop the demands that are remembered in this process."""
    _demands.clear()


def _demand(until: date, language: str, center: int | None) -> Demand:
    start, end = start_of(until - timedelta(weeks=WEEKS_BACK)), start_of(until)
    with connection.cursor() as cursor:
        cursor.execute(CALLS, [start, start, end, language, language, center, center])
        rows = cursor.fetchall()
        cursor.execute(AFTERWARDS, [start, end, center, center])
        after = int(cursor.fetchone()[0])
    answered, talk = sum(row[2] for row in rows), sum(row[3] for row in rows)
    offered, seen = defaultdict[tuple[int, int], int](int), set[int]()
    for begins, calls, _, _ in rows:
        week, hour = divmod((begins - start) // HOUR, WEEK_HOURS)
        day, hour = divmod(hour, 24)
        offered[(until.weekday() + day) % 7, hour] += int(calls)
        seen.add(week)
    everybody = answered if not language else _answered(start, end, center)
    handling = (talk / answered if answered else 0) + (after / everybody if everybody else 0)
    return staffing.demand(offered, len(seen), handling, until - timedelta(days=1))


def short_ahead(center_id: int, center: int | None, until: datetime) -> int:
    """Return in how many stretches from now on fewer are on duty than the forecast asks for, as the roster counts them.

    `center_id` is whose roster it is, `center` whose calls, as in `belonging`.
    """
    at, found = now(), 0
    monday = weeks.monday_of(business_date(at))
    while start_of(monday) < until:
        check = check_of(roster_week(center_id, monday), {}, demand_of(monday, center=center))
        for one in check.short:
            begin = start_of(monday + timedelta(days=one.day))
            found += begin + one.last * HOUR > at and begin + one.first * HOUR < until
        monday += timedelta(days=7)
    return found


def _answered(start: datetime, end: datetime, center: int | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(answered), 0)::bigint FROM telephony_minute_figures"
            " WHERE minute >= %s AND minute < %s AND (%s::bigint IS NULL OR center = %s::bigint)",
            [start, end, center, center],
        )
        return int(cursor.fetchone()[0])


def changes_of(center_id: int, monday: date) -> list[Change]:
    """Return the latest changes of a week."""
    rows = RosterChange.objects.filter(center_id=center_id, monday=monday).select_related("staff").order_by("-id")
    return [
        Change(row.staff.name, tuple(row.before.split("|")), tuple(row.after.split("|")), row.by_name, row.at)
        for row in rows[:TOLD_CHANGES]
    ]


def own_week(actor: Actor, monday: date) -> Known:
    """Return the actor's own shifts of one week; none for somebody without a post."""
    return known_weeks([actor.staff_id], monday)[actor.staff_id] if actor.staff_id else weeks.join({}, monday)


def languages_of(people: Iterable[Person]) -> list[str]:
    """Return the languages that these agents speak, the commonest first."""
    counts: dict[str, int] = defaultdict(int)
    for one in people:
        for code in one.languages:
            counts[code] += 1
    return sorted(counts, key=lambda code: (-counts[code], code))
