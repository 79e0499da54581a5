"""Who waits before whom, and how long that will take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bangban.foundation.clocks.moment import now
from bangban.registry.halls.reads import Hall
from bangban.services.queues.estimating import Desk, InLine, expected_waits
from bangban.services.queues.models import Ticket, WindowSession
from bangban.services.queues.reads.service_times import typical_seconds

NEW = UUID(int=0)


@dataclass(frozen=True)
class Expectation:
    """People ahead and expected seconds; None when no open window serves the class."""

    ahead: int
    seconds: int | None


@dataclass(frozen=True)
class Line:
    """Everybody who waits at a hall now, in the order of calling, with the open windows and service times."""

    tickets: tuple[tuple[UUID, int, datetime, int | None], ...]
    desks: tuple[Desk, ...]
    typical: dict[int, float]

    def expectations(self) -> dict[UUID, Expectation]:
        """Return people ahead and expected wait of every waiting ticket."""
        waits = expected_waits([InLine(i, k, staff) for i, k, _, staff in self.tickets], self.desks, self.typical)
        ahead: dict[int, int] = {}
        found = {}
        for ticket_id, klass_id, _, _ in self.tickets:
            seconds = waits[ticket_id]
            found[ticket_id] = Expectation(ahead.get(klass_id, 0), None if seconds is None else round(seconds))
            ahead[klass_id] = ahead.get(klass_id, 0) + 1
        return found

    def joined_by(self, klass_id: int, place: datetime) -> Line:
        """Return the line with one more ticket at its place."""
        before = [row for row in self.tickets if row[2] <= place]
        after = [row for row in self.tickets if row[2] > place]
        return Line((*before, (NEW, klass_id, place, None), *after), self.desks, self.typical)


def line_of(plan: Hall, day: date, at: datetime) -> Line:
    """Return the line of a hall: a constant number of queries, whatever its length."""
    rows = Ticket.objects.filter(body_id=plan.body_id, business_date=day, state="waiting").order_by("rank_at", "id")
    tickets = tuple(rows.values_list("id", "klass_id", "rank_at", "reserved_staff_id"))
    return Line(tickets, desks_of(plan, day, at), typical_seconds(plan, at))


def desks_of(plan: Hall, day: date, at: datetime) -> tuple[Desk, ...]:
    """Return the windows that call now, with what they are busy with; a paused one calls nobody."""
    sessions = WindowSession.objects.filter(body_id=plan.body_id, state="open").values_list("id", "staff_id", "classes")
    busy = {
        session: (klass, (at - (since or at)).total_seconds())
        for session, klass, since in Ticket.objects.filter(
            body_id=plan.body_id, business_date=day, state__in=("called", "serving")
        ).values_list("session_id", "klass_id", "called_at")
    }
    return tuple(Desk(staff, frozenset(classes), *busy.get(session, ())) for session, staff, classes in sessions)


def expectation(plan: Hall, klass_id: int, place: datetime, day: date, at: datetime | None = None) -> Expectation:
    """Return what a ticket that joins now at this place has to expect (DB23-6.3.2-a)."""
    return line_of(plan, day, at or now()).joined_by(klass_id, place).expectations()[NEW]
