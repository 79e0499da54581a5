"""Any past minute of a hall, reproduced from the interval ledger: who waited and was served, where (DB23-7.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from bangban.foundation.flows.models import Interval
from bangban.foundation.ledger.models import Event
from bangban.registry.halls.models import QueueClass, Window
from bangban.services.queues.models import Ticket, WindowSession

LONGEST_DAY = timedelta(hours=36)
"""A ticket ends with its business day; no interval of one that is still open can have begun earlier."""
HERE = ("waiting", "called", "serving")


@dataclass(frozen=True)
class TicketThen:
    """A ticket at that moment: class, state since when, and the window and staff when it was at one."""

    number: str
    label: str
    klass_id: int
    klass: str
    state: str
    since: datetime
    window_id: int | None
    window: str
    staff_id: int | None


@dataclass(frozen=True)
class WindowThen:
    """A window that was open or paused at that moment."""

    window_id: int
    window: str
    state: str
    staff_id: int


@dataclass(frozen=True)
class Minute:
    """A hall at one past moment."""

    at: datetime
    tickets: tuple[TicketThen, ...]
    windows: tuple[WindowThen, ...]

    @property
    def waiting(self) -> dict[int, int]:
        """Return how many waited in each class."""
        counts: dict[int, int] = {}
        for ticket in self.tickets:
            if ticket.state == "waiting":
                counts[ticket.klass_id] = counts.get(ticket.klass_id, 0) + 1
        return counts


def minute(body_id: int, moment: datetime) -> Minute:
    """Return who waited, was called and was served in which class and at which window of a hall at a past moment.

    A change that happened exactly then has happened. A constant number of queries.
    """
    stretches = {row.record_id: row for row in _intervals(Ticket.record_type, body_id, moment, HERE)}
    sessions = _sessions(body_id, moment)
    classes = dict(QueueClass.objects.filter(body_id=body_id).values_list("id", "name"))
    windows = dict(Window.objects.filter(body_id=body_id).values_list("id", "label"))
    later_moved = _classes_before_moving(stretches, moment)
    seats = {one.staff_id: one.window_id for one in sessions}
    found = []
    for ticket in Ticket.objects.filter(id__in=stretches).order_by("queued_at", "id"):
        stretch = stretches[ticket.id]
        klass_id = later_moved.get(ticket.id, ticket.klass_id)
        window_id = seats.get(stretch.owner_id) if stretch.owner_id and stretch.state != "waiting" else None
        found.append(
            TicketThen(
                ticket.number,
                ticket.label,
                klass_id,
                classes.get(klass_id, ""),
                stretch.state,
                stretch.began_at,
                window_id,
                windows.get(window_id or 0, ""),
                stretch.owner_id,
            )
        )
    standing = tuple(
        WindowThen(one.window_id, windows.get(one.window_id, ""), one.then, one.staff_id) for one in sessions
    )
    return Minute(moment, tuple(found), standing)


def _intervals(record_type: str, body_id: int, moment: datetime, states: Iterable[str]) -> Iterable[Interval]:
    return Interval.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=moment), record_type=record_type, unit_id=body_id, state__in=states,
        began_at__lte=moment, began_at__gt=moment - LONGEST_DAY,
    )  # fmt: skip


@dataclass(frozen=True)
class _Seat:
    window_id: int
    staff_id: int
    then: str


def _sessions(body_id: int, moment: datetime) -> list[_Seat]:
    states = {
        row.record_id: row.state for row in _intervals(WindowSession.record_type, body_id, moment, ("open", "paused"))
    }
    rows = WindowSession.objects.filter(id__in=states).order_by("window_id")
    return [_Seat(row.window_id, row.staff_id, states[row.id]) for row in rows]


def _classes_before_moving(ticket_ids: Iterable[UUID], moment: datetime) -> dict[UUID, int]:
    """Return the class that tickets had then, for those that were moved afterwards: where their first move began."""
    moves = Event.objects.filter(
        record_id__in=list(ticket_ids), kind__in=("ticket.move", "ticket.transfer"), at__gt=moment,
        at__lt=moment + LONGEST_DAY,
    ).order_by("at", "position")  # fmt: skip
    found: dict[UUID, int] = {}
    for move in moves:
        found.setdefault(move.record_id, int(move.data["from_klass_id"]))
    return found
