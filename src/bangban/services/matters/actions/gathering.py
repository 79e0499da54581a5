"""A new order joins a matter or, as the third of its kind, opens one (GB33358-5.2.3.1-b).

All of it happens under one lock of the house, so that two orders of a new matter registered at once make one matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import Deed, deed, opening
from bangban.services.matters import rules, sources
from bangban.services.matters.actions.remembering import remember_told
from bangban.services.matters.flow import FLOW, LIVE
from bangban.services.matters.grouping import Told, densest, floor, groups
from bangban.services.matters.likeness import AKIN
from bangban.services.matters.models import Matter, MatterOrder
from bangban.services.matters.models.matters import Kind, Left
from bangban.services.matters.numbers import MATTERS
from bangban.services.matters.reads import threshold
from bangban.services.matters.reads.near import Near, near
from bangban.services.matters.reads.rarities import rarity

LOOKED_THROUGH = 500
BEST = 3


@dataclass(frozen=True)
class Joining:
    """An order on its way into a matter."""

    number: str
    at: datetime
    teller: bytes | None
    likeness: float | None = None
    by_hand: bool = False


def lock_all() -> None:
    """Let one gathering happen at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('matters.gathering'))")


@transaction.atomic
def take_in(order: sources.ToldOrder) -> str:
    """Remember a registered order and put it where it belongs; returns the matter's number, or nothing.

    Doing it again for the same order changes nothing but what is remembered of its text.
    """
    sketch = remember_told(order)
    lock_all()
    known = list(MatterOrder.objects.select_related("matter").filter(order_number=order.number))
    if known:
        now_in = next((row for row in known if row.removed_at is None), None)
        if now_in is not None or any(stays_out(row) for row in known):
            return now_in.matter.number if now_in else ""
    at_least, days = threshold(order.center)
    window = timedelta(days=days)
    found = near(
        sketch, rarity(), order.at - window, order.at + window, center=order.center, teller=order.phone_index,
        leave_out=order.number,
    )  # fmt: skip
    alike = [one for one in found if one.akin >= AKIN]
    held = _matters_of(alike)
    if best := _best(alike, held, order.center):
        matter_id, likeness = best
        return grow(matter_id, [Joining(order.number, order.at, order.phone_index, likeness)])
    loose = [one for one in alike if one.number not in held]
    mine = Told(order.number, order.at, sketch)
    joined = _together(mine, loose, at_least, window)
    if not joined:
        return ""
    likes = {one.number: one for one in loose}
    members = [Joining(order.number, order.at, order.phone_index, 1.0)]
    members += [Joining(n, likes[n].at, likes[n].teller, likes[n].akin) for n in joined if n != order.number]
    return open_matter(members, order.region, center=order.center).number


def of_center(matter: Matter, center: int) -> bool:
    """Tell whether a matter belongs to a hotline."""
    return (matter.center_id or 0) == center


def stays_out(row: MatterOrder) -> bool:
    """Tell whether an order that left a matter is no longer gathered by the system: somebody decided it, or it ended."""
    return row.removed_at is not None and row.left not in (Left.APART, Left.MOVED)


def _matters_of(alike: Sequence[Near]) -> dict[str, MatterOrder]:
    rows = MatterOrder.objects.select_related("matter").filter(
        order_number__in=[one.number for one in alike], removed_at=None
    )
    return {row.order_number: row for row in rows}


def _best(alike: Sequence[Near], held: dict[str, MatterOrder], center: int) -> tuple[UUID, float] | None:
    """Return the live matter whose best three orders are most alike on average, when they would open one with it."""
    values: defaultdict[UUID, list[float]] = defaultdict(list)
    for one in alike:
        row = held.get(one.number)
        if row is not None and row.matter.state in LIVE and of_center(row.matter, center):
            values[row.matter_id].append(one.akin)
    scores = {key: sum(sorted(likes)[-BEST:]) / BEST for key, likes in values.items()}
    scores = {key: score for key, score in scores.items() if score >= floor(BEST, AKIN)}
    return max(scores.items(), key=lambda pair: (pair[1], str(pair[0]))) if scores else None


def _together(mine: Told, loose: Sequence[Near], at_least: int, window: timedelta) -> tuple[str, ...]:
    told = [mine, *(Told(one.number, one.at, one.sketch) for one in loose)]
    if len(told) < at_least:
        return ()
    for group in groups(told, rarity(), at_least=at_least, window=window):
        if mine.id in group.ids and group.densest >= at_least:
            return group.ids
    return ()


def open_matter(
    members: Sequence[Joining], region: str = "", *, center: int = 0, number: str = "", parted_from: str = ""
) -> Matter:
    """Open a matter with these orders of one hotline; the lock must be held.

    Tells of it ("matter.concentrated"), but for one that staff made of fewer orders than the threshold asks.
    """
    at = now()
    row = Matter(
        number=number or MATTERS.next(at), state="open", kind=Kind.CONCENTRATED, title="", region=region,
        center_id=center or None,
        apart_from=[parted_from] if parted_from else [], first_at=members[0].at, last_at=members[0].at,
    )  # fmt: skip
    with transaction.atomic(), opening(FLOW, row, SYSTEM) as work:
        for one in members:
            work.insert(_order_row(row, one, work.at))
        name(work, [one.number for one in members])
        measure(work, [(one.at, one.teller) for one in members])
        work.tell(orders=[one.number for one in members][:50], size=row.size)
        if not parted_from or row.size >= threshold(center)[0]:
            work.also("matter.concentrated", size=row.size, tellers=row.tellers, form=row.kind)
    return row


def grow(matter_id: UUID, members: Sequence[Joining]) -> str:
    """Put orders into a live matter and count it anew; returns its number."""
    with deed(FLOW, lambda: locked(matter_id), "_grow", SYSTEM) as work:
        put_in(work, members)
    return work.record.number


def put_in(work: Deed[Matter], members: Sequence[Joining]) -> None:
    """Put orders into the matter of a deed, count it anew, and name it anew while nobody confirmed it.

    An order that was in it before comes back.
    """
    rows = MatterOrder.objects.filter(matter_id=work.record.id, removed_at=None).order_by("-at", "-id")
    former = MatterOrder.objects.select_for_update().filter(
        matter_id=work.record.id, order_number__in=[one.number for one in members]
    )
    known = {row.order_number: row for row in former}
    for one in members:
        if row := known.get(one.number):
            row.removed_at, row.left, row.by_hand, row.likeness = None, "", one.by_hand, one.likeness
            work.changed(row, "removed_at", "left", "by_hand", "likeness")
        else:
            work.insert(_order_row(work.record, one, work.at))
    told = list(rows.values_list("at", "teller"))
    measure(work, [*told, *((one.at, one.teller) for one in members)])
    if work.record.confirmed_at is None and _doubled(len(told), len(members)):
        latest = list(rows.values_list("order_number", flat=True)[:20])
        name(work, [*(one.number for one in members), *latest])
    work.tell(orders=[one.number for one in members][:50], size=work.record.size)


def _doubled(before: int, more: int) -> bool:
    """Tell whether a power of two was passed: a matter is named anew ever more rarely."""
    return before.bit_length() != (before + more).bit_length()


def _order_row(matter: Matter, one: Joining, at: datetime) -> MatterOrder:
    return MatterOrder(
        matter_id=matter.id, order_number=one.number, at=one.at, teller=one.teller, likeness=one.likeness,
        by_hand=one.by_hand, added_at=at,
    )  # fmt: skip


def name(work: Deed[Matter], numbers: Sequence[str]) -> None:
    """Write words and places that the orders share, and the title unless somebody gave one; no other text is kept."""
    told = [one for number in numbers[:LOOKED_THROUGH] if (one := sources.told(number)) is not None]
    shared = rules.shared_words([(f"{one.title} {one.place}", one.text) for one in told])
    if work.record.titled_by_id is None:
        # Whoever asked to stay unknown is not quoted.
        open_ones = [(one.title, one.text) for one in told if not one.confidential]
        work.change(title=rules.heading(open_ones, shared) or shared.title)
    work.change(words=list(shared.words), places=list(shared.places))


def measure(work: Deed[Matter], told: Sequence[tuple[datetime, bytes | None]]) -> None:
    """Write size, tellers, first, last, density and heat of a matter from its orders."""
    if not told:
        work.change(size=0, tellers=0, densest=0, heat=0.0)
        return
    moments = sorted(at for at, _ in told)
    tellers = len({bytes(who) for _, who in told if who}) + sum(who is None for _, who in told)
    work.change(
        size=len(told),
        tellers=tellers,
        kind=Kind.REPEATED if tellers == 1 else Kind.CONCENTRATED,
        first_at=moments[0],
        last_at=moments[-1],
        densest=densest(moments, timedelta(days=threshold(work.record.center_id)[1])),
        heat=rules.heat(moments, tellers, work.at),
    )


def locked(matter_id: UUID) -> Matter | None:
    """Lock one matter."""
    return Matter.objects.select_for_update().filter(id=matter_id).first()
