"""What the night sets right: rarity of terms, matters that the day missed or made twice, what is too old."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.flows.deed import deed
from bangban.foundation.flows.flow import FlowError
from bangban.services.matters import rules, sources
from bangban.services.matters.actions.gathering import Joining, grow, lock_all, measure, open_matter
from bangban.services.matters.actions.handling import join
from bangban.services.matters.flow import FLOW, LIVE
from bangban.services.matters.grouping import Told, groups
from bangban.services.matters.models import Matter, MatterOrder, OrderSketch, SketchKey, TermCounts
from bangban.services.matters.models.matters import Outcome
from bangban.services.matters.packing import unpack
from bangban.services.matters.rarity import count
from bangban.services.matters.reads import rarities, threshold

KEEP = timedelta(days=180)
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
    """Group the orders of the last days anew: open what the day missed, add what belongs, join what nobody confirmed.

    Nothing that staff decided is undone: orders they took out stay out, confirmed matters are not joined. Returns how
    many matters were opened, changed or joined.
    """
    at_least, days = threshold()
    window = timedelta(days=days)
    lock_all()
    rows = OrderSketch.objects.filter(at__gte=at - window).order_by("-at", "-id")[:MOST]
    told = {row.order_number: row for row in rows.iterator(chunk_size=2000)}
    messages = [Told(row.order_number, row.at, unpack(bytes(row.packed))) for row in told.values()]
    found = groups(messages, rarities.rarity(), at_least=at_least, window=window)
    return sum(_settle([told[number] for number in group.ids]) for group in found if group.densest >= at_least)


def _settle(rows: Sequence[OrderSketch]) -> int:
    """Bring the matters of one group in line with it."""
    numbers = [row.order_number for row in rows]
    known = list(MatterOrder.objects.select_related("matter").filter(order_number__in=numbers))
    held = Counter(row.matter_id for row in known if row.removed_at is None and row.matter.state in LIVE)
    taken = {row.order_number for row in known}
    loose = [Joining(row.order_number, row.at, row.teller) for row in rows if row.order_number not in taken]
    if not held:
        if len(loose) < threshold()[0]:
            return 0
        region = sources.told(loose[0].number)
        open_matter(loose, region.region if region else "")
        return 1
    matters = list(Matter.objects.filter(id__in=held))
    largest = max(matters, key=lambda row: (row.confirmed_at is not None, held[row.id], row.number))
    if loose:
        grow(largest.id, loose)
    apart = [row for row in matters if row.id != largest.id and row.state == "open" and 2 * held[row.id] >= row.size]
    for row in apart:
        join(SYSTEM, row.number, largest, "_join")
    return int(bool(loose)) + len(apart)


def fade(at: datetime, at_most: int = 500) -> int:
    """End matters that nobody confirmed and nobody told of any more, and cool the others; returns how many ended."""
    quiet = Matter.objects.filter(state="open", last_at__lt=at - rules.FADES_AFTER).order_by("last_at")
    done = 0
    for number in list(quiet.values_list("number", flat=True)[:at_most]):
        try:
            with deed(FLOW, lambda ref=number: _locked(ref), "_fade", SYSTEM) as work:  # type: ignore[misc]
                rows = MatterOrder.objects.filter(matter_id=work.record.id, removed_at=None)
                measure(work, list(rows.values_list("at", "teller")))
                work.change(outcome=Outcome.FADED, closed_at=work.at)
            done += 1
        except FlowError:
            continue
    _cool(at)
    return done


def _cool(at: datetime) -> None:
    """Let the heat of live matters follow the day; it is a figure of the list and no step of the story."""
    for row in Matter.objects.filter(state__in=LIVE).iterator(chunk_size=500):
        moments = list(MatterOrder.objects.filter(matter_id=row.id, removed_at=None).values_list("at", flat=True))
        Matter.objects.filter(id=row.id).update(heat=rules.heat(moments, row.tellers, at))


def drop_old(at: datetime) -> int:
    """Forget sketches of orders older than half a year; returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {SketchKey._meta.db_table} WHERE at < %s", [at - KEEP])
        cursor.execute(f"DELETE FROM {OrderSketch._meta.db_table} WHERE at < %s", [at - KEEP])
        return int(cursor.rowcount)


def _locked(number: str) -> Matter | None:
    return Matter.objects.select_for_update().filter(number=number).first()
