"""The door of this room: every action on an existing ticket or window session goes through here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed, deed
from bangban.foundation.flows.flow import NotAllowed
from bangban.services.queues.flow import FLOW, SESSION_FLOW
from bangban.services.queues.models import Ticket, WindowSession


def locked(number: str) -> Callable[[], Ticket | None]:
    """Return how to lock one ticket by its number."""
    return lambda: Ticket.objects.select_for_update(of=("self",)).filter(number=number).first()


@contextmanager
def ticket_deed(
    actor: Actor, number: str, action: str, given: Mapping[str, Any] | None = None
) -> Iterator[Deed[Ticket]]:
    """Do one action on one ticket."""
    with deed(FLOW, locked(number), action, actor, given) as work:
        work.tell(label=work.record.label)
        yield work


@contextmanager
def session_deed(
    actor: Actor, number: str, action: str, given: Mapping[str, Any] | None = None
) -> Iterator[Deed[WindowSession]]:
    """Do one action on one window session."""

    def lock() -> WindowSession | None:
        return WindowSession.objects.select_for_update(of=("self",)).filter(number=number).first()

    with deed(SESSION_FLOW, lock, action, actor, given) as work:
        yield work


def own_session(actor: Actor, *, lock: bool = False) -> WindowSession | None:
    """Return the window that a member of staff has open now."""
    if actor.staff_id is None:
        return None
    rows = WindowSession.objects.filter(staff_id=actor.staff_id).exclude(state="closed")
    return (rows.select_for_update(of=("self",)) if lock else rows).first()


def needed_session(actor: Actor) -> WindowSession:
    """Lock the window that a member of staff has open; NotAllowed when there is none."""
    session = own_session(actor, lock=True)
    if session is None:
        raise NotAllowed("您还没有开窗，请先选择窗口和业务类别。", state="closed", allowed_actions=["open_window"])
    return session
