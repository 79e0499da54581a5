"""Orders leave their matter: withdrawn, refused, no longer merged; their row stays as history.

What two merged orders say about each other is a decision of people: they are one matter, until the merge is undone.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.flows.deed import Deed, deed
from bangban.services.matters import sources
from bangban.services.matters.actions.gathering import Joining, lock_all, locked, measure, of_center, put_in
from bangban.services.matters.flow import FLOW, LIVE
from bangban.services.matters.models import Matter, MatterOrder
from bangban.services.matters.models.matters import Left


def take_out(work: Deed[Matter], rows: Sequence[MatterOrder], left: Left) -> None:
    """Let orders leave the matter of a deed."""
    for row in rows:
        row.removed_at, row.left = work.at, left
        work.changed(row, "removed_at", "left")


def count_anew(work: Deed[Matter], without: Sequence[str] = ()) -> None:
    """Write what a matter counts, without some orders that are leaving."""
    rows = MatterOrder.objects.filter(matter_id=work.record.id, removed_at=None).exclude(order_number__in=without)
    measure(work, list(rows.values_list("at", "teller")))


@transaction.atomic
def leave(order: str, left: Left, actor: Actor = SYSTEM) -> str:
    """Let an order leave the live matter it is in, which counts anew; returns that one's number, or nothing.

    A closed matter stays as it was.
    """
    row = MatterOrder.objects.select_related("matter").filter(order_number=order, removed_at=None).first()
    if row is None or row.matter.state not in LIVE:
        return ""
    with deed(FLOW, lambda: locked(row.matter_id), "_shrink", actor) as work:
        take_out(work, [row], left)
        count_anew(work, without=[order])
        work.tell(orders=[order], why=str(left), size=work.record.size)
    return work.record.number


@transaction.atomic
def keep_together(order: str, main: str) -> str:
    """Follow a merge: both orders belong to one matter from now on; returns its number, or nothing when neither has one.

    An order of another hotline stays out.
    """
    lock_all()
    rows = MatterOrder.objects.select_related("matter").filter(order_number__in=(order, main), removed_at=None)
    held = {row.order_number: row for row in rows}
    mine, other = held.get(order), held.get(main)
    if mine and other and mine.matter_id == other.matter_id:
        return mine.matter.number
    target, comes = (other, order) if other is not None else (mine, main)
    if target is None or target.matter.state not in LIVE:
        return ""
    coming = held.get(comes)
    if coming is not None and coming.matter.state not in LIVE:
        return ""
    told = _told(comes, coming, target.matter)
    if told is None:
        return ""
    leave(comes, Left.MOVED)
    with deed(FLOW, lambda: locked(target.matter_id), "_grow", SYSTEM) as work:
        put_in(work, [told])
    return work.record.number


def _told(order: str, row: MatterOrder | None, matter: Matter) -> Joining | None:
    if row is not None:
        same = row.matter.center_id == matter.center_id
        return Joining(order, row.at, row.teller, row.likeness, by_hand=True) if same else None
    found = sources.told(order)
    if found is None or not of_center(matter, found.center):
        return None
    return Joining(order, found.at, found.phone_index, None, by_hand=True)


@transaction.atomic
def keep_apart(order: str, main: str) -> str:
    """Follow an undone merge: the order leaves the matter that it shares with the other one."""
    lock_all()
    rows = MatterOrder.objects.filter(order_number__in=(order, main), removed_at=None)
    held = dict(rows.values_list("order_number", "matter_id"))
    return leave(order, Left.UNMERGED) if order in held and held.get(order) == held.get(main) else ""
