"""What staff do with matters: confirm, dismiss, join two, put orders in and out, close, set the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import Deed, deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.services.matters import sources
from bangban.services.matters.actions.gathering import Joining, lock_all, measure, put_in
from bangban.services.matters.flow import FLOW, LIVE
from bangban.services.matters.models import Matter, MatterOrder, Threshold
from bangban.services.matters.models.matters import Outcome

LONGEST_REASON = 500


def confirm(actor: Actor, number: str) -> Matter:
    """Say that this is one matter; it is watched from now on and keeps its name."""
    with deed(FLOW, lambda: _locked(number), "confirm", actor) as work:
        work.change(confirmed_by_id=actor.staff_id, confirmed_at=work.at)
    return work.record


def dismiss(actor: Actor, number: str, reason: str) -> Matter:
    """Say that these orders have nothing in common; they are not gathered again, new ones may be."""
    return _end(actor, number, "dismiss", Outcome.DISMISSED, reason)


def close(actor: Actor, number: str, reason: str) -> Matter:
    """Close a matter that was dealt with; what is told later opens a new one."""
    return _end(actor, number, "close", Outcome.SETTLED, reason)


def _end(actor: Actor, number: str, action: str, outcome: Outcome, reason: str) -> Matter:
    given = {"reason": reason.strip()[:LONGEST_REASON]}
    with deed(FLOW, lambda: _locked(number), action, actor, given) as work:
        work.change(outcome=outcome, closed_at=work.at, reason=given["reason"])
        work.tell(reason=given["reason"], size=work.record.size)
    return work.record


@transaction.atomic
def merge(actor: Actor, number: str, into: str) -> Matter:
    """Join a matter into another live one, which gets its orders; returns that one (并单)."""
    lock_all()
    if number.strip().upper() == into.strip().upper():
        raise Incomplete("不能并入自己，请填写另一个事项编号。", fields={"into": "请填写另一个事项编号。"})
    target = Matter.objects.filter(number=into.strip().upper()).first()
    if into.strip() and (target is None or target.state not in LIVE):
        raise Incomplete("没有找到可以并入的事项，请核对编号。", fields={"into": "请填写一个未关闭的事项编号。"})
    return join(actor, number, target, "merge")


def join(actor: Actor, number: str, target: Matter | None, action: str) -> Matter:
    """Move all orders of a matter into another; the lock must be held."""
    with deed(FLOW, lambda: _locked(number), action, actor, {"into": target.number if target else ""}) as work:
        assert target is not None
        rows = list(MatterOrder.objects.select_for_update().filter(matter_id=work.record.id, removed_at=None))
        work.change(outcome=Outcome.MERGED, closed_at=work.at, merged_into_id=target.id)
        work.tell(into=target.number, size=work.record.size)
        _take_out(work, rows)
    with deed(FLOW, lambda: _locked(target.number), "_absorb", actor) as taking:
        taking.tell(taken=work.record.number)
        _move(taking, rows)
    return taking.record


def _take_out(work: Deed[Matter], rows: Sequence[MatterOrder]) -> None:
    for row in rows:
        row.removed_at = work.at
        work.changed(row, "removed_at")


def _move(work: Deed[Matter], rows: Sequence[MatterOrder]) -> None:
    """Put orders of another matter in; one that staff had taken out of this matter before comes back."""
    numbers = [row.order_number for row in rows]
    known = {
        row.order_number: row
        for row in MatterOrder.objects.select_for_update().filter(matter_id=work.record.id, order_number__in=numbers)
    }
    for row in known.values():
        row.removed_at = None
        work.changed(row, "removed_at")
    new = [row for row in rows if row.order_number not in known]
    put_in(work, [Joining(row.order_number, row.at, row.teller, row.likeness, row.by_hand) for row in new])
    if known:
        _count_anew(work, [(row.at, row.teller) for row in (*known.values(), *new)])


def _count_anew(work: Deed[Matter], more: Sequence[tuple[datetime, bytes | None]] = (), without: str = "") -> None:
    rows = MatterOrder.objects.filter(matter_id=work.record.id, removed_at=None).exclude(order_number=without)
    measure(work, [*rows.values_list("at", "teller"), *more])


@transaction.atomic
def add_order(actor: Actor, number: str, order: str) -> Matter:
    """Put an order into a matter by hand; it leaves the matter it was in."""
    lock_all()
    order = order.strip().upper()
    with deed(FLOW, lambda: _locked(number), "add_order", actor, {"order": order}) as work:
        told = sources.told(order)
        if told is None:
            raise Incomplete("没有找到这个工单，请核对编号。", fields={"order": "请填写已登记的工单编号。"})
        known = list(MatterOrder.objects.select_for_update().filter(order_number=order))
        if any(row.matter_id == work.record.id and row.removed_at is None for row in known):
            raise NotAllowed("这个工单已在本事项中。", state=work.record.state)
        held = next((row for row in known if row.removed_at is None), None)
        if held is not None:
            _leave(actor, held)
        before = next((row for row in known if row.matter_id == work.record.id), None)
        if before is None:
            put_in(work, [Joining(order, told.at, told.phone_index, None, by_hand=True)])
        else:
            before.removed_at, before.by_hand = None, True
            work.changed(before, "removed_at", "by_hand")
            _count_anew(work, [(before.at, before.teller)])
            work.tell(orders=[order], size=work.record.size)
    return work.record


def _leave(actor: Actor, row: MatterOrder) -> None:
    """Take an order out of the matter it is in, whatever that one's state."""
    matter = Matter.objects.get(id=row.matter_id)
    if matter.state not in LIVE:
        raise NotAllowed(f"这个工单属于已关闭的事项{matter.number}，不能移出。", state=matter.state)
    with deed(FLOW, lambda: _locked(matter.number), "_shrink", actor) as work:
        _take_out(work, [row])
        _count_anew(work, without=row.order_number)
        work.tell(orders=[row.order_number], size=work.record.size)


@transaction.atomic
def remove_order(actor: Actor, number: str, order: str, reason: str) -> Matter:
    """Take an order out by hand; the system does not put it into a matter again."""
    lock_all()
    given = {"order": order.strip().upper(), "reason": reason.strip()[:LONGEST_REASON]}
    with deed(FLOW, lambda: _locked(number), "remove_order", actor, given) as work:
        rows = MatterOrder.objects.select_for_update()
        row = rows.filter(matter_id=work.record.id, order_number=given["order"], removed_at=None).first()
        if row is None:
            raise Incomplete("这个工单不在本事项中。", fields={"order": "请填写本事项中的工单编号。"})
        _take_out(work, [row])
        _count_anew(work, without=given["order"])
        work.tell(orders=[given["order"]], reason=given["reason"], size=work.record.size)
    return work.record


def set_threshold(actor: Actor, orders: int, days: int) -> Threshold:
    """Set from how many similar orders within how many days a matter is opened; kept with who and when."""
    if not may(actor, "orders.manage"):
        raise NotYours("只有热线管理人员可以修改，请联系管理人员。")
    problems = {} if 2 <= orders <= 1000 else {"orders": "请填写2到1000之间的件数。"}
    problems |= {} if 1 <= days <= 180 else {"days": "请填写1到180之间的天数。"}
    if problems:
        raise Incomplete("请检查填写的内容。", fields=problems)
    return Threshold.objects.create(orders=orders, days=days, changed_by_id=actor.staff_id, changed_at=now())


def _locked(number: str) -> Matter | None:
    return Matter.objects.select_for_update().filter(number=number.strip().upper()).first()
