"""More time for a unit: asked before the limit with one of three grounds, decided by the hotline, told to the caller (F3.19)."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.clocks.reads import service_hours, work_calendar
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.services.hotline.actions.dispatching import HOURS, part_of, staff_of
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.models import Extension, Undertaker, WorkOrder
from bangban.services.hotline.notices import PROGRESS, link, tell_caller, tell_unit
from bangban.services.hotline.parties import BUSY, assignments_of
from bangban.services.hotline.rules_handling import GROUNDS, LONGEST_TEXT, MOST_EXTENSION, extended
from bangban.services.hotline.terms import Role


def ask_extension(actor: Actor, number: str, days: int, ground: str, reason: str) -> Extension:
    """Ask for up to five more working days in a round, before the limit has passed; one wish at a time."""
    given = {"days": days, "ground": ground, "reason": reason.strip()}
    with order_deed(actor, number, "ask_extension", given) as deed:
        order = deed.record
        by, unit = staff_of(actor)
        part_of(order, unit, Role.LEAD)
        assert order.due_at is not None
        if order.extensions.filter(decision="").exists():
            raise NotAllowed("已有一项延期申请在等待审批。", state=order.state)
        if deed.at > order.due_at:
            raise NotAllowed("办理时限已过，不能再申请延期，请尽快办结并说明情况。", state=order.state)
        _check(days, ground, reason, _granted(order))
        wish = Extension(
            order=order, round=order.round, unit_id=unit, days=days, ground=ground, reason=reason.strip(),
            asked_at=deed.at, asked_by_id=by, former_due=order.due_at,
        )  # fmt: skip
        deed.insert(wish)
        deed.tell(days=days, ground=ground, extension=str(wish.id))
    return wish


def _granted(order: WorkOrder) -> int:
    return sum(order.extensions.filter(round=order.round, decision="approved").values_list("days", flat=True))


def _check(days: int, ground: str, reason: str, granted: int) -> None:
    problems = {}
    if not 1 <= days <= MOST_EXTENSION - granted:
        left = MOST_EXTENSION - granted
        problems["days"] = f"最多还能延长{left}个工作日。" if left else "已经延长到最多5个工作日，不能再延长。"
    if ground not in GROUNDS:
        problems["ground"] = "请选择延期情形：" + "、".join(GROUNDS.values()) + "。"
    if len(reason.strip()) > LONGEST_TEXT:
        problems["reason"] = f"理由最多{LONGEST_TEXT}字。"
    if problems:
        raise Incomplete("请检查延期申请。", fields=problems)


def decide_extension(actor: Actor, number: str, approve: bool, note: str = "") -> Extension:
    """Grant or refuse the open wish; a grant moves the limit and its clock and is told to every caller of the order."""
    with order_deed(actor, number, "decide_extension", {"approve": approve}) as deed:
        wish = deed.record.extensions.filter(decision="").first()
        if wish is None:
            raise NotAllowed("没有待审批的延期申请。", state=deed.record.state)
        if wish.asked_by_id == actor.staff_id:
            raise NotAllowed("申请人不能审批自己的延期申请，请由另一位管理人员决定。", state=deed.record.state)
        if not approve and not note.strip():
            raise Incomplete("不同意延期的，请写明意见。", fields={"note": "请写明不同意的意见。"})
        wish.decision = "approved" if approve else "refused"
        wish.decided_at, wish.decided_by_id, wish.note = deed.at, actor.staff_id, note.strip()[:1000]
        if approve:
            _move_limit(deed, wish)
        else:
            deed.among_staff()
        deed.changed(wish, "decision", "decided_at", "decided_by_id", "note", "new_due", "told_at")
        deed.tell(approved=approve, days=wish.days, extension=str(wish.id))
        _tell_unit(deed, wish)
    return wish


def _move_limit(deed: Deed[WorkOrder], wish: Extension) -> None:
    """Move the limit of the order, of its open parts, and the clock; a new clock warns again before the new end."""
    order = deed.record
    due = extended(wish.former_due, wish.days, work_calendar(), service_hours(HOURS, wish.unit_id))
    wish.new_due = due
    deed.change(due_at=due)
    for part in assignments_of(order):
        if part.state in BUSY:
            part.due_at = due
            deed.changed(part, "due_at")
    clocks.stop(deed.writes, order, "order_handle", deed.at)
    clocks.start_until(deed.writes, order, "order_handle", order.lead_unit_id, deed.at, due)
    local = due.astimezone(service_hours(HOURS).zone)
    for caller in (order, *order.merged.select_related("person").filter(state="merged")):
        text = f"您的诉求（编号{caller.number}）因{GROUNDS[wish.ground]}，办理时限延长到{local.month}月{local.day}日：{link(caller)}"
        if tell_caller(deed, caller, PROGRESS.code, text, f"order.extension:{wish.id}:{caller.number}"):
            wish.told_at = deed.at


def _tell_unit(deed: Deed[WorkOrder], wish: Extension) -> None:
    if unit := Undertaker.objects.filter(unit_id=wish.unit_id).first():
        said = "已同意延期" if wish.decision == "approved" else f"未同意延期：{wish.note}"
        tell_unit(deed, unit, f"工单{deed.record.number}{said}。", f"order.extension:{wish.id}")
