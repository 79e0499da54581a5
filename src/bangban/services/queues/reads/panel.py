"""What a clerk at a window sees: the own window, the ticket at it, and who comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.registry.halls.reads import ClassView, WindowView, hall
from bangban.services.queues.flow import SESSION_FLOW
from bangban.services.queues.models import Ticket, WindowSession
from bangban.services.queues.parties import session_parties
from bangban.services.queues.reads.one import TicketView, view_of

NEXT_SHOWN = 8
LAST_SHOWN = 8


@dataclass(frozen=True)
class NextUp:
    """A waiting ticket, as the clerk sees it coming."""

    label: str
    klass: str
    flags: tuple[str, ...]
    waited_seconds: int
    for_me: bool


@dataclass(frozen=True)
class Panel:
    """The window of one member of staff; allowed actions are those of the session."""

    session: str
    state: str
    body_id: int
    window: WindowView
    classes: tuple[ClassView, ...]
    opened_at: datetime
    pause_reason: str
    allowed: tuple[str, ...]
    current: TicketView | None
    waiting: int
    coming: tuple[NextUp, ...]
    latest: tuple[TicketView, ...]
    served: int


def panel(actor: Actor) -> Panel | None:
    """Return the open window of a member of staff; None when none is open."""
    session = WindowSession.objects.filter(staff_id=actor.staff_id or 0).exclude(state="closed").first()
    plan = hall(session.body_id) if session else None
    if session is None or plan is None or session.window_id not in plan.windows:
        return None
    at = now()
    today = Ticket.objects.filter(body_id=session.body_id, business_date=plan.day_of(at))
    mine = today.filter(state="waiting", reserved_staff_id=session.staff_id)
    shared = today.filter(state="waiting", reserved_staff_id=None, klass_id__in=session.classes)
    rows = sorted([*mine, *shared.order_by("rank_at", "id")[:NEXT_SHOWN]], key=lambda t: (t.rank_at, t.id))
    held = today.filter(session=session)
    current = held.filter(state__in=("called", "serving")).first()
    ended = held.exclude(state__in=("called", "serving", "waiting")).order_by("-called_at")
    names = {klass.id: klass.name for klass in plan.classes.values()}
    return Panel(
        session=session.number,
        state=session.state,
        body_id=session.body_id,
        window=plan.windows[session.window_id],
        classes=tuple(plan.classes[k] for k in session.classes if k in plan.classes),
        opened_at=session.opened_at,
        pause_reason=session.pause_reason,
        allowed=tuple(line.action for line in SESSION_FLOW.allowed(session, session_parties(session, actor))),
        current=view_of(current, actor) if current else None,
        waiting=mine.count() + shared.count(),
        coming=tuple(_next_up(t, names, at) for t in rows[:NEXT_SHOWN]),
        latest=tuple(view_of(t, actor) for t in ended[:LAST_SHOWN]),
        served=held.filter(state="done").count(),
    )


def _next_up(ticket: Ticket, names: dict[int, str], at: datetime) -> NextUp:
    waited = round((at - ticket.queued_at).total_seconds())
    kept = ticket.reserved_staff_id is not None
    return NextUp(ticket.label, names.get(ticket.klass_id, ""), tuple(ticket.flags), waited, kept)
