"""A hall at this moment: who waits in which class, how long, and which windows serve them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bangban.foundation.clocks.moment import now
from bangban.registry.halls.reads import ClassView, Hall, WindowView, hall
from bangban.services.queues.models import Ticket, WindowSession
from bangban.services.queues.reads.waiting import line_of


@dataclass(frozen=True)
class ClassState:
    """A class now: people waiting, the longest wait so far, and what one who came now would wait (seconds)."""

    klass: ClassView
    waiting: int
    longest_seconds: int
    expected_seconds: int | None
    windows: tuple[str, ...]
    crowded: bool
    slow: bool


@dataclass(frozen=True)
class WindowState:
    """A window now; `session` is empty while it is closed."""

    window: WindowView
    session: str
    state: str
    staff_id: int | None
    staff_name: str
    classes: tuple[int, ...]
    since: datetime | None
    pause_reason: str
    label: str
    ticket_state: str
    ticket_since: datetime | None


@dataclass(frozen=True)
class HallState:
    """A hall at one moment."""

    plan: Hall
    at: datetime
    classes: tuple[ClassState, ...]
    windows: tuple[WindowState, ...]
    served_today: int
    missed_today: int

    @property
    def waiting(self) -> int:
        """Return how many people wait in all classes."""
        return sum(state.waiting for state in self.classes)


def hall_state(body_id: int) -> HallState | None:
    """Return what the hall manager sees (DB23-6.3.2-f); a constant number of queries. None for a body without a hall."""
    plan = hall(body_id)
    if plan is None:
        return None
    at = now()
    day = plan.day_of(at)
    line = line_of(plan, day, at)
    waiting = Ticket.objects.filter(body_id=body_id, business_date=day, state="waiting")
    since: dict[int, list[datetime]] = {}
    for klass_id, queued_at in waiting.values_list("klass_id", "queued_at"):
        since.setdefault(klass_id, []).append(queued_at)
    windows = _windows(plan)
    classes = []
    for klass in plan.classes.values():
        moments = since.get(klass.id, [])
        expected = line.newcomer(klass.id).seconds
        classes.append(
            ClassState(
                klass=klass,
                waiting=len(moments),
                longest_seconds=round((at - min(moments)).total_seconds()) if moments else 0,
                expected_seconds=expected,
                windows=tuple(w.window.label for w in windows if klass.id in w.classes and w.state == "open"),
                crowded=len(moments) >= klass.crowd_threshold,
                slow=bool(moments) and (expected is None or expected >= klass.wait_threshold * 60),
            )
        )
    ended = Ticket.objects.filter(body_id=body_id, business_date=day)
    return HallState(
        plan, at, tuple(classes), windows, ended.filter(state="done").count(), ended.exclude(missed_at=None).count()
    )


def _windows(plan: Hall) -> tuple[WindowState, ...]:
    sessions = {
        row.window_id: row
        for row in WindowSession.objects.filter(body_id=plan.body_id).exclude(state="closed").select_related("staff")
    }
    held = {
        row.session_id: row
        for row in Ticket.objects.filter(body_id=plan.body_id, state__in=("called", "serving"), session__isnull=False)
    }
    return tuple(
        _window(window, sessions.get(window.id), held.get(sessions[window.id].id) if window.id in sessions else None)
        for window in plan.windows.values()
    )


def _window(window: WindowView, session: WindowSession | None, ticket: Ticket | None) -> WindowState:
    return WindowState(
        window=window,
        session=session.number if session else "",
        state=session.state if session else "closed",
        staff_id=session.staff_id if session else None,
        staff_name=session.staff.name if session else "",
        classes=tuple(session.classes) if session else (),
        since=session.opened_at if session else None,
        pause_reason=session.pause_reason if session else "",
        label=ticket.label if ticket else "",
        ticket_state=ticket.state if ticket else "",
        ticket_since=(ticket.serving_at or ticket.called_at) if ticket else None,
    )
