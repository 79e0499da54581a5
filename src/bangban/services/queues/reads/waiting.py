"""Who waits before whom, and how long that will take."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from uuid import UUID

from bangban.foundation.clocks.moment import now
from bangban.registry.halls.reads import Hall, spans_of
from bangban.services.queues.estimating import Desk, InLine, expected_waits
from bangban.services.queues.models import Ticket, WindowSession
from bangban.services.queues.reads.openings import opens_at, probable_desks
from bangban.services.queues.reads.service_times import Pace, pace

NEW = UUID(int=0)
Place = tuple[UUID, int, datetime, int | None]


@dataclass(frozen=True)
class Expectation:
    """People ahead and expected seconds, None when no open window serves the class.

    Nine of ten who are told `seconds` wait no longer than `high`.
    """

    ahead: int
    seconds: int | None
    high: int | None = None


@dataclass(frozen=True)
class Line:
    """Everybody who waits at a hall at a moment, in the order of calling, with the open windows and their pace.

    `closed` are spans, in seconds from then, in which nobody calls.
    """

    at: datetime
    tickets: tuple[Place, ...]
    desks: tuple[Desk, ...]
    pace: Pace
    closed: tuple[tuple[float, float], ...] = ()

    @cached_property
    def _expected(self) -> dict[UUID, Expectation]:
        waits = expected_waits(
            [InLine(i, k, staff, (place - self.at).total_seconds()) for i, k, place, staff in self.tickets],
            self.desks, self.pace.handling, self.pace.overtaking, self.closed,
        )  # fmt: skip
        ahead: dict[int, int] = {}
        found = {}
        for ticket_id, klass_id, _, _ in self.tickets:
            wait = waits[ticket_id]
            seconds, high = (round(wait.mean), round(wait.high)) if wait else (None, None)
            found[ticket_id] = Expectation(ahead.get(klass_id, 0), seconds, high)
            ahead[klass_id] = ahead.get(klass_id, 0) + 1
        return found

    def expectations(self) -> dict[UUID, Expectation]:
        """Return people ahead and expected wait of every waiting ticket."""
        return self._expected

    def joined_by(self, klass_id: int, place: datetime) -> Line:
        """Return the line with one more ticket at its place."""
        before = [row for row in self.tickets if row[2] <= place]
        after = [row for row in self.tickets if row[2] > place]
        return replace(self, tickets=(*before, (NEW, klass_id, place, None), *after))

    @cached_property
    def _newcomers(self) -> dict[int, Expectation]:
        """What somebody without priority who came now would wait in each class; one play for all of them."""
        people: list[InLine[UUID | int]] = [
            InLine(i, k, staff, (place - self.at).total_seconds()) for i, k, place, staff in self.tickets
        ]
        people += [InLine(klass_id, klass_id, asking=True) for klass_id in self.pace.handling]
        waits = expected_waits(people, self.desks, self.pace.handling, self.pace.overtaking, self.closed)
        ahead = Counter(row[1] for row in self.tickets)
        return {
            klass_id: Expectation(ahead[klass_id], round(wait.mean), round(wait.high))
            if wait
            else Expectation(ahead[klass_id], None)
            for klass_id, wait in ((klass_id, waits[klass_id]) for klass_id in self.pace.handling)
        }

    @cached_property
    def without_pauses(self) -> Line:
        """The same line as if the hall were never closed."""
        return replace(self, closed=())

    def newcomer(self, klass_id: int) -> Expectation:
        """Return what somebody without priority who came now would wait in a class."""
        return self._newcomers[klass_id]


def line_of(plan: Hall, day: date, at: datetime) -> Line:
    """Return the line of a hall: a constant number of queries, whatever its length.

    Before the hall opens, the windows of the last day stand for those that will open.
    """
    rows = Ticket.objects.filter(body_id=plan.body_id, business_date=day, state="waiting").order_by("rank_at", "id")
    known = [
        row for row in rows.values_list("id", "klass_id", "rank_at", "reserved_staff_id") if row[1] in plan.classes
    ]
    desks, closed = desks_of(plan, day, at), closed_spans(plan, day, at)
    opening = None if desks else opens_at(plan, day, at)
    if opening is not None:
        desks, closed = probable_desks(plan, day), ((-1.0, (opening - at).total_seconds()), *closed)
    return Line(at, tuple(known), desks, pace(plan, at), closed)


def desks_of(plan: Hall, day: date, at: datetime) -> tuple[Desk, ...]:
    """Return the windows that call now, with what they are busy with; a paused one calls nobody."""
    sessions = WindowSession.objects.filter(body_id=plan.body_id, state="open").values_list("id", "staff_id", "classes")
    busy = {
        session: (klass, max((at - (since or at)).total_seconds(), 0.0))
        for session, klass, since in Ticket.objects.filter(
            body_id=plan.body_id, business_date=day, state__in=("called", "serving")
        ).values_list("session_id", "klass_id", "called_at")
        if klass in plan.classes
    }
    return tuple(Desk(staff, frozenset(classes), *busy.get(session, ())) for session, staff, classes in sessions)


def closed_spans(plan: Hall, day: date, at: datetime) -> tuple[tuple[float, float], ...]:
    """Return when the hall will be closed between its hours of a day, in seconds from a moment.

    Windows that call now do so whatever the hours say, and after the last hour they serve whoever waits.
    """
    gaps = ((end, begin) for (_, end), (begin, _) in pairwise(spans_of(plan.body_id, day)) if end > at)
    return tuple(((end - at).total_seconds(), (begin - at).total_seconds()) for end, begin in gaps)


def expectation(plan: Hall, klass_id: int, place: datetime, day: date, at: datetime | None = None) -> Expectation:
    """Return what a ticket that joins now at this place has to expect (DB23-6.3.2-a)."""
    return line_of(plan, day, at or now()).joined_by(klass_id, place).expectations()[NEW]
