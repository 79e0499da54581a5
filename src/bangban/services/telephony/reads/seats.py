"""Seats and how the time of those who sit there goes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from bangban.foundation.clocks.moment import now
from bangban.registry.org.models import Staff
from bangban.services.telephony.belonging import of
from bangban.services.telephony.distribution import FreeAgent
from bangban.services.telephony.models import Seat
from bangban.services.telephony.reads.days import stretch
from bangban.services.telephony.views import SeatView, Utilisation

OPEN_LEGS = """
    SELECT staff_id, min(rang_at) AS rang_at, min(joined_at) AS joined_at FROM telephony_leg
    WHERE staff_id IS NOT NULL AND ended_at IS NULL GROUP BY staff_id
"""

# A call decides over what the agent has said: who talks is talking, whatever button was pressed.
SITTING = f"""
SELECT s.seat_id, s.staff_id, p.name, p.work_number, p.languages, s.reason, s.free_since, s.state, s.since,
    l.rang_at, l.joined_at, e.center_id
FROM telephony_seatsession AS s
JOIN telephony_seat AS e ON e.number = s.seat_id
JOIN org_staff AS p ON p.id = s.staff_id
LEFT JOIN ({OPEN_LEGS}) AS l ON l.staff_id = s.staff_id
WHERE s.signed_out_at IS NULL AND (%s::bigint IS NULL OR s.staff_id = %s::bigint)
"""
BY_STATE = f"""
SELECT CASE WHEN l.joined_at IS NOT NULL THEN 'talking' WHEN l.rang_at IS NOT NULL THEN 'ringing' ELSE s.state END,
    p.languages, count(*)
FROM telephony_seatsession AS s
JOIN telephony_seat AS e ON e.number = s.seat_id AND (%s::bigint IS NULL OR coalesce(e.center_id, 0) = %s::bigint)
JOIN org_staff AS p ON p.id = s.staff_id
LEFT JOIN ({OPEN_LEGS}) AS l ON l.staff_id = s.staff_id
WHERE s.signed_out_at IS NULL GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Sitting:
    """A row of SITTING."""

    number: str
    staff_id: int
    name: str
    work_number: str
    languages: list[str]
    reason: str
    free_since: datetime
    said: str
    since: datetime
    rang_at: datetime | None
    joined_at: datetime | None
    center_id: int | None

    @property
    def state(self) -> str:
        """Return talking, ringing, or what the agent has said."""
        return "talking" if self.joined_at else "ringing" if self.rang_at else self.said

    def view(self) -> SeatView:
        """Return the seat as others see it."""
        busy = self.joined_at or self.rang_at
        return SeatView(
            self.number, self.staff_id, self.name, self.work_number, self.state, "" if busy else self.reason,
            busy or self.since, tuple(self.languages),
        )  # fmt: skip


def _sitting(staff_id: int | None = None) -> list[Sitting]:
    with connection.cursor() as cursor:
        cursor.execute(SITTING, [staff_id, staff_id])
        return [Sitting(*row) for row in cursor.fetchall()]


def seats(center: int | None = None) -> list[SeatView]:
    """Return the seats of a hotline in use, by number; those where nobody sits are free."""
    taken = {sitting.number: sitting.view() for sitting in _sitting()}
    numbers = Seat.objects.filter(of(center), active=True).order_by("number").values_list("number", flat=True)
    return [taken.get(number) or SeatView(number, None, "", "", "free", "", None, ()) for number in numbers]


def seat_of(staff_id: int) -> SeatView | None:
    """Return the seat of an agent; None before sign-in."""
    return next((sitting.view() for sitting in _sitting(staff_id)), None)


def states(center: int | None = None) -> list[tuple[str, list[str], int]]:
    """Return how many of those who sit at a seat have a state and a set of languages."""
    with connection.cursor() as cursor:
        cursor.execute(BY_STATE, [center, center])
        return [(state, languages, count) for state, languages, count in cursor.fetchall()]


def free_agents(center: int | None = None) -> list[FreeAgent]:
    """Return who is ready and neither rung nor talking, for `distribution.choose`.

    A seat that belongs to no hotline takes the calls of all.
    """
    return [
        FreeAgent(one.staff_id, one.work_number, frozenset(one.languages), one.free_since)
        for one in _sitting()
        if one.state == "ready" and (center is None or one.center_id in (None, center))
    ]


TIMES = """
SELECT s.staff_id, t.state, extract(epoch FROM sum(least(coalesce(t.ended_at, %s), %s) - greatest(t.started_at, %s)))::bigint
FROM telephony_seatstint AS t JOIN telephony_seatsession AS s ON s.id = t.session_id
WHERE s.signed_in_at >= %s - interval '2 days' AND s.signed_in_at < %s
    AND t.started_at < %s AND coalesce(t.ended_at, %s) > %s
GROUP BY 1, 2
"""
TALKS = """
SELECT staff_id, extract(epoch FROM sum(least(coalesce(ended_at, %s), %s) - greatest(joined_at, %s)))::bigint, count(*)
FROM telephony_leg
WHERE staff_id IS NOT NULL AND joined_at >= %s - interval '1 day' AND joined_at < %s AND coalesce(ended_at, %s) > %s
GROUP BY 1
"""


def utilisation(first: date, last: date, center: int | None = None) -> list[Utilisation]:
    """Return how the signed-in time of a hotline's agents went on some days, in seconds; talking comes from the calls.

    `by_state` is what agents said (ready, break, wrap_up), with the time of talking still in it.
    """
    start, end = stretch(first, last)
    at = min(now(), end)
    by_state: dict[int, dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(TIMES, [at, end, start, start, end, end, at, start])
        for staff_id, state, seconds in cursor.fetchall():
            by_state[staff_id][state] = seconds
        cursor.execute(TALKS, [at, end, start, start, end, at, start])
        talks = {staff_id: (seconds, calls) for staff_id, seconds, calls in cursor.fetchall()}
    names = dict(Staff.objects.filter(of(center, "body_id"), id__in={*by_state, *talks}).values_list("id", "name"))
    return [
        Utilisation(staff_id, name, sum(spent.values()), seconds, spent, calls)
        for staff_id, name in sorted(names.items())
        for spent, (seconds, calls) in ((by_state.get(staff_id, {}), talks.get(staff_id, (0, 0))),)
    ]
