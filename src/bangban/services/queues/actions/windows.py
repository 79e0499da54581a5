"""Opening, pausing and closing windows, and which classes they serve."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import opening
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.registry.halls.reads import Hall, hall
from bangban.registry.org.models import Staff
from bangban.services.queues.actions.door import session_deed
from bangban.services.queues.flow import SESSION_FLOW
from bangban.services.queues.models import Ticket, WindowSession
from bangban.services.queues.numbers import SESSIONS
from bangban.services.queues.parties import belongs_to_hall


def open_window(actor: Actor, body_id: int, window_id: int, classes: Iterable[int] = ()) -> WindowSession:
    """Open a window with the actor's own post; without `classes` it serves what it usually serves.

    Raises NotYours for who has no window duty in this hall, NotAllowed when window or person is taken (with the name).
    """
    plan = hall(body_id)
    if plan is None or not may(actor, "tickets.serve") or not belongs_to_hall(actor, body_id):
        raise NotYours("您没有这个大厅的窗口岗位。")
    window = plan.windows.get(window_id)
    if window is None:
        raise Incomplete("请选择窗口。", fields={"window": "没有找到这个窗口。"})
    at = now()
    assert actor.staff_id is not None
    session = WindowSession(
        number=SESSIONS.next(at),
        state="open",
        body_id=body_id,
        business_date=plan.day_of(at),
        window_id=window.id,
        staff_id=actor.staff_id,
        classes=_classes(plan, classes or window.classes),
        opened_at=at,
    )
    try:
        with transaction.atomic(), opening(SESSION_FLOW, session, actor) as work:
            work.tell(window=window.label, window_id=window.id, classes=session.classes)
    except IntegrityError as error:
        raise _taken(window_id, actor) from error
    return session


def _classes(plan: Hall, wanted: Iterable[int]) -> list[int]:
    found = [class_id for class_id in dict.fromkeys(wanted) if class_id in plan.classes]
    if not found:
        raise Incomplete("请选择业务类别。", fields={"classes": "请至少选择一个本大厅的业务类别。"})
    return found


def _taken(window_id: int, actor: Actor) -> NotAllowed:
    rows = WindowSession.objects.exclude(state="closed").select_related("window")
    own = rows.filter(staff_id=actor.staff_id or 0).first()
    if own is not None:
        return NotAllowed(f"您已在{own.window.label}开窗，请先关闭那个窗口。", state=own.state, number=own.number)
    other = rows.filter(window_id=window_id).first()
    name = Staff.objects.filter(id=other.staff_id).values_list("name", flat=True).first() if other else ""
    return NotAllowed(f"这个窗口由{name or '其他人员'}开着，请换一个窗口。", state="open")


def pause_window(actor: Actor, number: str, reason: str) -> WindowSession:
    """Pause a window with a reason; the ticket at it can be finished, no other is called."""
    with session_deed(actor, number, "pause", {"reason": reason.strip()}) as work:
        work.change(pause_reason=reason.strip()[:200])
        work.tell(reason=work.record.pause_reason, window_id=work.record.window_id)
    return work.record


def resume_window(actor: Actor, number: str) -> WindowSession:
    """Go on after a pause."""
    with session_deed(actor, number, "resume") as work:
        work.change(pause_reason="")
        work.tell(window_id=work.record.window_id)
    return work.record


def serve(actor: Actor, number: str, classes: Iterable[int]) -> WindowSession:
    """Change the classes that a window serves (DB23-6.3.2-b, -f)."""
    wanted = list(classes)
    with session_deed(actor, number, "serve", {"classes": wanted}) as work:
        plan = hall(work.record.body_id)
        if plan is None:
            raise NotAllowed("这个大厅已停用取号。", state=work.record.state)
        before = work.record.classes
        work.change(classes=_classes(plan, wanted))
        work.tell(window_id=work.record.window_id, classes=work.record.classes, before=before)
    return work.record


def close_window(actor: Actor, number: str) -> WindowSession:
    """Close a window; refused while a ticket is at it, which must be finished, sent on or missed first."""
    with session_deed(actor, number, "close") as work:
        current = Ticket.objects.filter(session_id=work.record.id, state__in=("called", "serving")).first()
        if current is not None:
            raise NotAllowed(f"{current.label}号还在窗口，请先办完、转出或作过号处理。", state=work.record.state)
        work.change(closed_at=work.at, pause_reason="")
        work.tell(window_id=work.record.window_id)
    return work.record
