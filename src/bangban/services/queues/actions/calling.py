"""Calling: the next by rule, again, arrived, missed, finished.

Two windows never get the same ticket: the choice locks the row and passes over rows that others have locked.
"""

from __future__ import annotations

from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.registry.halls.reads import Hall, hall
from bangban.services.queues.actions.door import needed_session, ticket_deed
from bangban.services.queues.flow import FLOW
from bangban.services.queues.models import Ticket, WindowSession

RESULTS = {
    "accepted": "已收件受理",
    "completed": "当场办结",
    "answered": "已解答",
    "incomplete": "材料不齐，已一次性告知",
    "referred": "已指引到其他窗口或渠道",
    "unrecorded": "未登记",
}
SAME_PRESS = 64


class _NobodyWaits(Exception):
    """No ticket may be called to this window now."""


class _Again(Exception):
    """The same press as before: its ticket is the answer."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(ticket.number)
        self.ticket = ticket


def call_next(actor: Actor, *, key: str = "") -> Ticket | None:
    """Call the next ticket to the actor's window; None when nobody waits for it.

    The same `key` gives the ticket of the first press again. Raises NotAllowed without an open window, while it is
    paused, and while a ticket is still at it.
    """
    press = key[:SAME_PRESS]
    try:
        with deed(FLOW, lambda: _choose(actor, press), "call", actor) as work:
            ticket = work.record
            session: WindowSession = ticket.calling  # type: ignore[attr-defined]
            work.change(
                session_id=session.id, window_id=session.window_id, staff_id=session.staff_id, call_count=1,
                called_at=work.at, first_called_at=ticket.first_called_at or work.at,
            )  # fmt: skip
            work.tell(label=ticket.label, window=_window(ticket), window_id=session.window_id)
            session.last_key, session.last_ticket = press, ticket.id
            work.changed(session, "last_key", "last_ticket")
    except _NobodyWaits:
        return None
    except _Again as before:
        return before.ticket
    return ticket


def _choose(actor: Actor, press: str) -> Ticket:
    """Lock the window, then its next ticket; a window is always locked before a ticket, so that nobody waits in a ring."""
    session = needed_session(actor)
    if press and session.last_key == press and session.last_ticket:
        raise _Again(Ticket.objects.get(id=session.last_ticket))
    if session.state == "paused":
        raise NotAllowed("窗口已暂停，请先恢复再叫号。", state="paused", allowed_actions=["resume"])
    plan = hall(session.body_id)
    ticket = _next_for(session, plan) if plan else None
    if (held := ticket.held if ticket else _held(session)) is not None:  # type: ignore[attr-defined]
        current = Ticket.objects.get(id=held)
        raise NotAllowed(
            f"{current.label}号还在您的窗口，请先办完、转出或作过号处理。", state=current.state, number=current.number,
            allowed_actions=[line.action for line in FLOW.allowed(current, ("server",))],
        )  # fmt: skip
    if ticket is None:
        raise _NobodyWaits
    ticket.calling = session  # type: ignore[attr-defined]
    return ticket


def _next_for(session: WindowSession, plan: Hall) -> Ticket | None:
    """Lock the first ticket in order that this window may call: of its classes, or kept for this very person.

    `held` on it is the id of the ticket that is still at the window; it is asked in the same statement, which sees
    everything that was committed before the window was locked.
    """
    rows = Ticket.objects.raw(
        "SELECT *, (SELECT at_window.id FROM queues_ticket at_window WHERE at_window.session_id = %s"
        " AND at_window.state IN ('called', 'serving')) AS held "
        "FROM queues_ticket WHERE body_id = %s AND business_date = %s AND state = 'waiting' AND "
        "(reserved_staff_id = %s OR reserved_staff_id IS NULL AND klass_id = ANY(%s)) "
        "ORDER BY rank_at, id LIMIT 1 FOR UPDATE SKIP LOCKED",
        [session.id, session.body_id, plan.day_of(now()), session.staff_id, session.classes],
    )
    return next(iter(rows), None)


def _held(session: WindowSession) -> UUID | None:
    at_window = Ticket.objects.filter(session=session, state__in=("called", "serving"))
    return at_window.values_list("id", flat=True).first()


def recall(actor: Actor, number: str) -> Ticket:
    """Call a ticket again; not sooner than the hall's rule says (NotAllowed), so that people can walk."""
    with ticket_deed(actor, number, "recall") as work:
        ticket, plan = work.record, hall(work.record.body_id)
        wait = plan.rules.recall_seconds if plan else 0
        passed = (work.at - ticket.called_at).total_seconds() if ticket.called_at else wait
        if passed < wait:
            raise NotAllowed(f"刚刚叫过，请{int(wait - passed) + 1}秒后再叫。", state=ticket.state)
        work.change(call_count=ticket.call_count + 1, called_at=work.at)
        work.tell(count=ticket.call_count, window=_window(ticket), window_id=ticket.window_id)
    return ticket


def arrive(actor: Actor, number: str) -> Ticket:
    """The person is at the window: service begins."""
    with ticket_deed(actor, number, "arrive") as work:
        work.change(serving_at=work.at)
    return work.record


def miss(actor: Actor, number: str) -> Ticket:
    """Nobody came after all calls: the window is free again, the ticket may rejoin within the grace time."""
    with ticket_deed(actor, number, "miss") as work:
        work.change(missed_at=work.at)
        work.tell(window_id=work.record.window_id)
    return work.record


def finish(actor: Actor, number: str, result: str = "unrecorded") -> Ticket:
    """End the service; the rating device at the window asks how it was. Raises Incomplete for an unknown result."""
    if result not in RESULTS:
        raise Incomplete("请选择办理情况。", fields={"result": "可选：" + "、".join(RESULTS.values())})
    with ticket_deed(actor, number, "finish") as work:
        work.change(result=result, ended_at=work.at)
        work.tell(result=result, window_id=work.record.window_id)
    return work.record


def _window(ticket: Ticket) -> str:
    plan = hall(ticket.body_id)
    known = plan.windows.get(ticket.window_id or 0) if plan else None
    return known.label if known else ""
