"""What the night sets right: rarity of terms, matters that the day missed or made twice, what is too old."""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from django.db.models import Q

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.flows.deed import deed
from bangban.foundation.flows.flow import FlowError
from bangban.services.matters import rules, sources
from bangban.services.matters.actions.gathering import BEST, Joining, grow, lock_all, of_center, open_matter, stays_out
from bangban.services.matters.actions.handling import join
from bangban.services.matters.actions.leaving import count_anew, leave
from bangban.services.matters.flow import FLOW, LIVE
from bangban.services.matters.grouping import Told, groups
from bangban.services.matters.likeness import AKIN, Sketch, likenesses
from bangban.services.matters.models import Matter, MatterOrder, OrderSketch, SketchKey, TermCounts
from bangban.services.matters.models.matters import Left, Outcome
from bangban.services.matters.packing import unpack
from bangban.services.matters.rarity import count
from bangban.services.matters.reads import rarities, threshold

KEEP = timedelta(days=180)
COOLED = timedelta(days=90)
"""What was told longer ago adds nothing to the heat of a matter."""

HOLDS, COMPARED = 0.75, 300
"""An order leaves a matter below this part of the threshold by which it joined, so that it does not come and go."""

MOST = 300_000
"""How many of the newest orders are counted and regrouped in one night."""


def count_terms(at: datetime) -> int:
    """Count anew in how many remembered orders each term stands; returns how many orders were counted."""
    newest = OrderSketch.objects.order_by("-at").values_list("packed", flat=True)[:MOST]
    counts, messages = count(unpack(bytes(packed)).terms for packed in newest.iterator(chunk_size=2000))
    with transaction.atomic():
        row = TermCounts.objects.create(counts=zlib.compress(counts.tobytes()), messages=messages, counted_at=at)
        TermCounts.objects.exclude(id=row.id).delete()
    rarities.forget()
    return messages


@transaction.atomic
def regroup(at: datetime) -> int:
    """Group the orders of the last days anew, hotline by hotline: open what the day missed, add what belongs, join what nobody confirmed.

    Orders that the system put into an unconfirmed matter leave it when they are no longer like the others. Nothing that
    staff decided is undone: orders they put in stay, those they took out stay out, confirmed matters lose nothing and are
    not joined, and what they parted stays apart. Returns how many changes were made.
    """
    lock_all()
    return sum(
        _regroup(at, center) for center in sorted(set(OrderSketch.objects.values_list("center", flat=True).distinct()))
    )


def _regroup(at: datetime, center: int) -> int:
    at_least, days = threshold(center)
    window = timedelta(days=days)
    rows = OrderSketch.objects.filter(center=center, at__gte=at - window).order_by("-at", "-id")[:MOST]
    told = {row.order_number: row for row in rows.iterator(chunk_size=2000)}
    messages = [Told(row.order_number, row.at, unpack(bytes(row.packed))) for row in told.values()]
    found = groups(messages, rarities.rarity(), at_least=at_least, window=window)
    left = _let_go({one.id: one.sketch for one in messages}, [frozenset(group.ids) for group in found])
    return left + sum(
        _settle([told[number] for number in group.ids], center) for group in found if group.densest >= at_least
    )


def _let_go(sketches: Mapping[str, Sketch], found: Sequence[frozenset[str]]) -> int:
    """Let orders leave unconfirmed matters whose other orders they are neither grouped with nor like; returns how many."""
    place = {number: at for at, ids in enumerate(found) for number in ids}
    matters: defaultdict[UUID, list[MatterOrder]] = defaultdict(list)
    rows = MatterOrder.objects.filter(matter__state="open", removed_at=None, order_number__in=list(sketches))
    for row in rows.order_by("-at", "-id").iterator(chunk_size=2000):
        matters[row.matter_id].append(row)
    gone = 0
    for inside in matters.values():
        homes = Counter(place[row.order_number] for row in inside if row.order_number in place)
        home = homes.most_common(1)[0][0] if homes else None
        strangers = [row for row in inside if not row.by_hand and (home is None or place.get(row.order_number) != home)]
        for row in strangers:
            others = [sketches[one.order_number] for one in inside[:COMPARED] if one.id != row.id]
            if others and _nearness(sketches[row.order_number], others) < AKIN * HOLDS:
                gone += bool(leave(row.order_number, Left.APART))
    return gone


def _nearness(sketch: Sketch, others: Sequence[Sketch]) -> float:
    """Return how alike an order is to those of a matter that it is most alike to, on average."""
    akin = np.sort(likenesses(sketch, others, rarities.rarity()).akin)[-BEST:]
    return float(akin.mean())


def _settle(rows: Sequence[OrderSketch], center: int) -> int:
    """Bring the matters of one group in line with it."""
    numbers = [row.order_number for row in rows]
    known = list(MatterOrder.objects.select_related("matter").filter(order_number__in=numbers))
    held = Counter(
        row.matter_id
        for row in known
        if row.removed_at is None and row.matter.state in LIVE and of_center(row.matter, center)
    )
    taken = {row.order_number for row in known if row.removed_at is None or stays_out(row)}
    loose = [Joining(row.order_number, row.at, row.teller) for row in rows if row.order_number not in taken]
    if not held:
        if len(loose) < threshold(center)[0]:
            return 0
        region = sources.told(loose[0].number)
        open_matter(loose, region.region if region else "", center=center)
        return 1
    matters = list(Matter.objects.filter(id__in=held))
    # A matter that has only few of its orders in this group is another one, whoever confirmed it.
    homes = [row for row in matters if 2 * held[row.id] >= row.size] or matters
    largest = max(homes, key=lambda row: (row.confirmed_at is not None, held[row.id], row.number))
    if loose:
        grow(largest.id, loose)
    apart = [
        row for row in matters
        if row.id != largest.id and row.state == "open" and 2 * held[row.id] >= row.size
        and row.number not in largest.apart_from and largest.number not in row.apart_from
    ]  # fmt: skip
    for row in apart:
        join(SYSTEM, row.number, largest, "_join")
    return int(bool(loose)) + len(apart)


def fade(at: datetime, at_most: int = 500) -> int:
    """End matters that nobody confirmed and that nobody told of any more or that fell apart; cool the others.

    Returns how many ended.
    """
    ending = Q(last_at__lt=at - rules.FADES_AFTER) | Q(size__lt=2)
    rows = Matter.objects.filter(ending, state="open").order_by("last_at")
    done = 0
    for number, size in list(rows.values_list("number", "size")[:at_most]):
        action, outcome = ("_scatter", Outcome.SCATTERED) if size < 2 else ("_fade", Outcome.FADED)
        try:
            with deed(FLOW, lambda ref=number: _locked(ref), action, SYSTEM) as work:  # type: ignore[misc]
                count_anew(work)
                work.change(outcome=outcome, closed_at=work.at)
            done += 1
        except FlowError:
            continue
    _cool(at)
    return done


def _cool(at: datetime) -> None:
    """Let the heat of live matters follow the day; it is a figure of the list and no step of the story."""
    moments: defaultdict[UUID, list[datetime]] = defaultdict(list)
    orders = MatterOrder.objects.filter(matter__state__in=LIVE, removed_at=None, at__gt=at - COOLED)
    for matter, moment in orders.values_list("matter_id", "at").iterator(chunk_size=5000):
        moments[matter].append(moment)
    live = list(Matter.objects.filter(state__in=LIVE).only("id", "tellers"))
    for row in live:
        row.heat = rules.heat(moments[row.id], row.tellers, at)
    Matter.objects.bulk_update(live, ["heat"], batch_size=500)


def drop_old(at: datetime) -> int:
    """Forget sketches of orders older than half a year; returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {SketchKey._meta.db_table} WHERE at < %s", [at - KEEP])
        cursor.execute(f"DELETE FROM {OrderSketch._meta.db_table} WHERE at < %s", [at - KEEP])
        return int(cursor.rowcount)


def _locked(number: str) -> Matter | None:
    return Matter.objects.select_for_update().filter(number=number).first()
