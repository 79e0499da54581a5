"""Carrying out what was chosen about a crowd, inside the deed of its alert (DB23-6.3.2-f)."""

from __future__ import annotations

from typing import Any

from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete
from bangban.registry.halls.reads import hall
from bangban.registry.org.models import Staff
from bangban.services.queues.actions.moving import move
from bangban.services.queues.actions.notices import ask_to_open
from bangban.services.queues.actions.windows import serve
from bangban.services.queues.models import CrowdAlert, Ticket, WindowSession
from bangban.services.queues.rules import MEASURES, share_to_move


def carry_out(
    work: Deed[CrowdAlert],
    measure: str,
    note: str,
    *,
    session: str,
    window_id: int | None,
    staff_id: int | None,
    class_id: int | None,
    count: int,
) -> dict[str, Any]:
    """Do a measure as far as the house can; returns what was done, as codes for record and event."""
    if measure not in MEASURES:
        raise Incomplete("请选择措施。", fields={"measure": "可选：" + "、".join(MEASURES.values())})
    if measure == "serve":
        return _serve(work, session)
    if measure == "move":
        return _move(work, class_id, count)
    if measure == "open_window":
        return _open(work, window_id, staff_id)
    if measure == "soothe" and not note:
        raise Incomplete("请填写说明。", fields={"note": "请写明在现场做了什么。"})
    return {}


def _serve(work: Deed[CrowdAlert], number: str) -> dict[str, Any]:
    session = WindowSession.objects.filter(number=number, body_id=work.record.body_id).exclude(state="closed").first()
    if session is None:
        raise Incomplete("请选择窗口。", fields={"session": "这个窗口已经关闭，请另选一个开着的窗口。"})
    serve(work.actor, number, dict.fromkeys([*session.classes, work.record.klass_id]))
    return {"session": number, "window_id": session.window_id}


def _move(work: Deed[CrowdAlert], class_id: int | None, count: int) -> dict[str, Any]:
    """Send on who came last; whoever was called or left in this moment is passed over."""
    alert = work.record
    plan = hall(alert.body_id)
    if plan is None or class_id not in plan.classes or class_id == alert.klass_id:
        raise Incomplete("请选择业务类别。", fields={"class_id": "请在本大厅的业务类别中选择另一个。"})
    rows = Ticket.objects.select_for_update(of=("self",), skip_locked=True).filter(
        body_id=alert.body_id, business_date=plan.day_of(work.at), klass_id=alert.klass_id, state="waiting",
        reserved_staff_id=None,
    )  # fmt: skip
    waiting = list(rows.order_by("-rank_at", "-id").values_list("number", flat=True))
    chosen = waiting[: count or share_to_move(len(waiting))]
    if not chosen:
        raise Incomplete("没有可以分流的号。", fields={"count": "这个类别现在没有人等候。"})
    for number in chosen:
        move(work.actor, number, class_id)
    return {"to_klass_id": class_id, "moved": len(chosen)}


def _open(work: Deed[CrowdAlert], window_id: int | None, staff_id: int | None) -> dict[str, Any]:
    plan = hall(work.record.body_id)
    window = plan.windows.get(window_id or 0) if plan else None
    if window is None:
        raise Incomplete("请选择窗口。", fields={"window_id": "请选择要增开的窗口。"})
    if WindowSession.objects.filter(window_id=window.id).exclude(state="closed").exists():
        raise Incomplete("请另选窗口。", fields={"window_id": f"{window.label}已经开着，请另选一个窗口。"})
    if staff_id is None:
        return {"window_id": window.id}
    person = Staff.objects.filter(id=staff_id, active=True, duties__contains=["window_clerk"]).first()
    if person is None:
        raise Incomplete("请选择窗口人员。", fields={"staff_id": "没有找到这位窗口人员，请重新选择。"})
    ask_to_open(work, person, window)
    return {"window_id": window.id, "staff_id": person.id}
