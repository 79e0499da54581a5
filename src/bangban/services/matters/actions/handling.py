"""What staff do with matters: confirm, dismiss, name, join two, part one, put orders in and out, close, set the threshold."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.services.matters import sources
from bangban.services.matters.actions.gathering import Joining, lock_all, of_center, open_matter, put_in
from bangban.services.matters.actions.leaving import count_anew, leave, take_out
from bangban.services.matters.flow import FLOW, LIVE
from bangban.services.matters.models import Matter, MatterOrder, Threshold
from bangban.services.matters.models.matters import Left, Outcome
from bangban.services.matters.numbers import MATTERS
from bangban.services.telephony.belonging import hotlines, scope, several

LONGEST_REASON = 500
LONGEST_TITLE = 60


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


def rename(actor: Actor, number: str, title: str) -> Matter:
    """Give a matter a name; the system does not change it any more."""
    given = " ".join(title.split())
    if len(given) > LONGEST_TITLE:
        sentence = f"名称请不超过{LONGEST_TITLE}个字。"
        raise Incomplete(sentence, fields={"title": sentence})
    with deed(FLOW, lambda: _locked(number), "rename", actor, {"title": given}) as work:
        work.change(title=given, titled_by_id=actor.staff_id)
    return work.record


@transaction.atomic
def merge(actor: Actor, number: str, into: str, reason: str) -> Matter:
    """Join a matter into another live one, which gets its orders for good; returns that one (并单)."""
    lock_all()
    if number.strip().upper() == into.strip().upper():
        raise Incomplete("不能并入自己，请填写另一个事项编号。", fields={"into": "请填写另一个事项编号。"})
    own = Matter.objects.filter(number=number.strip().upper()).first()
    target = Matter.objects.filter(number=into.strip().upper(), center_id=own.center_id if own else None).first()
    if into.strip() and (target is None or target.state not in LIVE):
        raise Incomplete("没有找到可以并入的事项，请核对编号。", fields={"into": "请填写一个未关闭的事项编号。"})
    return join(actor, number, target, "merge", reason.strip()[:LONGEST_REASON])


def join(actor: Actor, number: str, target: Matter | None, action: str, reason: str = "") -> Matter:
    """Move all orders of a matter into another; the lock must be held. What a person joined, the night leaves joined."""
    given = {"into": target.number if target else "", "reason": reason}
    with deed(FLOW, lambda: _locked(number), action, actor, given) as work:
        assert target is not None
        rows = list(MatterOrder.objects.select_for_update().filter(matter_id=work.record.id, removed_at=None))
        work.change(outcome=Outcome.MERGED, closed_at=work.at, merged_into_id=target.id, reason=reason)
        work.tell(into=target.number, size=work.record.size, **({"reason": reason} if reason else {}))
        take_out(work, rows, Left.MOVED)
    by_hand = actor.is_staff
    moved = [Joining(row.order_number, row.at, row.teller, row.likeness, row.by_hand or by_hand) for row in rows]
    with deed(FLOW, lambda: _locked(target.number), "_absorb", actor) as taking:
        taking.tell(taken=work.record.number)
        put_in(taking, moved)
    return taking.record


@transaction.atomic
def split(actor: Actor, number: str, orders: Sequence[str], reason: str) -> Matter:
    """Make another matter of some orders of one; both stay apart and as they are. Returns the new one, which is watched."""
    lock_all()
    wanted = list(dict.fromkeys(one.strip().upper() for one in orders if one.strip()))
    given = {"orders": "、".join(wanted), "reason": reason.strip()[:LONGEST_REASON]}
    fresh = MATTERS.next(now())
    with deed(FLOW, lambda: _locked(number), "split", actor, given) as work:
        inside = MatterOrder.objects.select_for_update().filter(matter_id=work.record.id, removed_at=None)
        rows = list(inside.filter(order_number__in=wanted).order_by("at", "id"))
        if len(rows) < max(len(wanted), 2) or len(rows) == work.record.size:
            sentence = "请勾选本事项中的至少两张工单，并至少留下一张。"
            raise Incomplete(sentence, fields={"orders": sentence})
        take_out(work, rows, Left.MOVED)
        count_anew(work, without=wanted)
        work.change(apart_from=[*work.record.apart_from, fresh])
        work.tell(orders=wanted[:50], into=fresh, reason=given["reason"], size=work.record.size)
    members = [Joining(row.order_number, row.at, row.teller, row.likeness, by_hand=True) for row in rows]
    made = open_matter(
        members,
        work.record.region,
        center=work.record.center_id or 0,
        number=fresh,
        parted_from=work.record.number,
    )
    return confirm(actor, made.number)


@transaction.atomic
def add_order(actor: Actor, number: str, order: str) -> Matter:
    """Put an order into a matter by hand; it leaves the matter it was in."""
    lock_all()
    order = order.strip().upper()
    with deed(FLOW, lambda: _locked(number), "add_order", actor, {"order": order}) as work:
        told = sources.told(order)
        if told is None or not of_center(work.record, told.center):
            raise Incomplete("没有找到这个工单，请核对编号。", fields={"order": "请填写已登记的工单编号。"})
        held = MatterOrder.objects.select_related("matter").filter(order_number=order, removed_at=None).first()
        if held is not None and held.matter_id == work.record.id:
            raise NotAllowed("这个工单已在本事项中。", state=work.record.state)
        if held is not None and held.matter.state not in LIVE:
            raise NotAllowed(f"这个工单属于已关闭的事项{held.matter.number}，不能移出。", state=held.matter.state)
        leave(order, Left.MOVED, actor)
        put_in(work, [Joining(order, told.at, told.phone_index, None, by_hand=True)])
    return work.record


@transaction.atomic
def remove_order(actor: Actor, number: str, order: str | Sequence[str], reason: str) -> Matter:
    """Take orders out by hand; the system does not put them into a matter again."""
    lock_all()
    asked = [order] if isinstance(order, str) else order
    wanted = list(dict.fromkeys(one.strip().upper() for one in asked if one.strip()))
    given = {"order": "、".join(wanted), "reason": reason.strip()[:LONGEST_REASON]}
    with deed(FLOW, lambda: _locked(number), "remove_order", actor, given) as work:
        inside = MatterOrder.objects.select_for_update().filter(matter_id=work.record.id, removed_at=None)
        rows = list(inside.filter(order_number__in=wanted))
        if len(rows) < len(wanted):
            raise Incomplete("有工单不在本事项中。", fields={"order": "请填写本事项中的工单编号。"})
        take_out(work, rows, Left.BY_HAND)
        count_anew(work, without=wanted)
        work.tell(orders=wanted[:50], reason=given["reason"], size=work.record.size)
    return work.record


def set_threshold(actor: Actor, orders: int, days: int, center: int | None = None) -> Threshold:
    """Set from how many similar orders within how many days a matter is opened; kept with who and when.

    In a house with several hotlines it holds for the actor's own, else for the one given, else for all without their own.
    """
    if not may(actor, "orders.manage"):
        raise NotYours("只有热线管理人员可以修改，请联系管理人员。")
    problems = {} if 2 <= orders <= 1000 else {"orders": "请填写2到1000之间的件数。"}
    problems |= {} if 1 <= days <= 180 else {"days": "请填写1到180之间的天数。"}
    if problems:
        raise Incomplete("请检查填写的内容。", fields=problems)
    own = scope(actor.unit_id)
    wanted = own if own is not None else center if several() and center in {one.id for one in hotlines()} else None
    return Threshold.objects.create(
        center_id=wanted, orders=orders, days=days, changed_by_id=actor.staff_id, changed_at=now()
    )


def _locked(number: str) -> Matter | None:
    return Matter.objects.select_for_update().filter(number=number.strip().upper()).first()
