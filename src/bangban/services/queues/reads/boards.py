"""What a board shows and speaks: the latest calls and who comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bangban.foundation.clocks.moment import now
from bangban.foundation.live.reads import current_seq
from bangban.registry.halls.reads import ClassView, Hall, hall
from bangban.services.queues.models import Ticket

SHOWN = 12
NEXT_UP = 5


@dataclass(frozen=True)
class Call:
    """One call. `key` changes with every call and recall, so that a board speaks each of them once.

    `age_seconds` is counted by the house: a board's own clock may be wrong.
    """

    key: str
    label: str
    window: str
    route: str
    klass: str
    area_id: int
    state: str
    count: int
    age_seconds: float


@dataclass(frozen=True)
class Upcoming:
    """A class on the board: how many wait, and the next labels."""

    klass: str
    area: str
    waiting: int
    labels: tuple[str, ...]


@dataclass(frozen=True)
class BoardState:
    """A board at one moment: calls, the latest first, and what comes next; `seq` is the number of the live stream."""

    seq: int
    at: datetime
    calls: tuple[Call, ...]
    upcoming: tuple[Upcoming, ...]
    missed: tuple[str, ...]


def board_state(body_id: int, area_id: int | None = None) -> BoardState | None:
    """Return the whole state of the boards of a hall, or of one waiting area; boards reload it at each reconnect."""
    plan = hall(body_id)
    if plan is None:
        return None
    # Taken first: what happens while the state is read comes again as an event, and nothing is missed.
    seq, at = current_seq(), now()
    classes = {k: c for k, c in plan.classes.items() if area_id is None or c.area.id == area_id}
    today = Ticket.objects.filter(body_id=body_id, business_date=plan.day_of(at), klass_id__in=list(classes))
    calls = today.filter(state__in=("called", "serving")).order_by("-called_at")[:SHOWN]
    grace = at - plan.rules.rejoin_within
    missed = (
        today.filter(state="missed", missed_at__gte=grace)
        .order_by("-missed_at")
        .values_list("label", flat=True)[:NEXT_UP]
    )
    waiting: dict[int, list[str]] = {}
    rows = today.filter(state="waiting").order_by("rank_at", "id").values_list("klass_id", "label")
    for klass_id, label in rows:
        waiting.setdefault(klass_id, []).append(label)
    upcoming = tuple(_upcoming(klass, waiting.get(klass.id, [])) for klass in classes.values())
    return BoardState(seq, at, tuple(_call(plan, t, at) for t in calls), upcoming, tuple(missed))


def _call(plan: Hall, ticket: Ticket, at: datetime) -> Call:
    window = plan.windows.get(ticket.window_id or 0)
    klass = plan.classes[ticket.klass_id]
    assert ticket.called_at is not None
    return Call(
        key=f"{ticket.number}:{ticket.called_at.timestamp():.3f}",
        label=ticket.label,
        window=window.label if window else "",
        route=(window.route or window.area.route) if window else "",
        klass=klass.name,
        area_id=klass.area.id,
        state=ticket.state,
        count=ticket.call_count,
        age_seconds=max(0.0, (at - ticket.called_at).total_seconds()),
    )


def _upcoming(klass: ClassView, labels: list[str]) -> Upcoming:
    return Upcoming(klass.name, klass.area.name, len(labels), tuple(labels[:NEXT_UP]))
