"""Duplicates at intake: has this been told already, by this caller or by others (并单, F3.03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bangban.foundation.clocks.moment import now
from bangban.services.matters.keyed import mark
from bangban.services.matters.likeness import AKIN, SAME, sketch
from bangban.services.matters.models import MatterOrder
from bangban.services.matters.reads.near import near
from bangban.services.matters.reads.rarities import rarity

LOOKS_BACK = timedelta(days=180)
OWN_ENOUGH = 0.75
"""The same caller's order is shown at this part of the thresholds: who calls again tells it shorter."""


@dataclass(frozen=True)
class Like:
    """An order like the one being told; `same` offers merging, otherwise it is only of the same kind at that place."""

    number: str
    at: datetime
    likeness: float
    same: bool
    own: bool
    matter: str


def like(
    text: str, place: str = "", at: datetime | None = None, phone_index: bytes | None = None, n: int = 5,
    *, title: str = "", leave_out: str = "", center: int = 0,
) -> list[Like]:  # fmt: skip
    """Return up to `n` remembered orders like this text, the same caller's and the most alike first.

    `leave_out` is the number of the order that is being written, `center` its hotline: orders of another one are not looked
    at. Orders of the last 180 days; nothing is stored.
    """
    moment, weights = at or now(), rarity()
    told = sketch(text, title, place, moment, mark=mark)
    found = near(
        told, weights, moment - LOOKS_BACK, moment + LOOKS_BACK, center=center, teller=phone_index, leave_out=leave_out
    )
    kept = []
    for one in found:
        own = phone_index is not None and one.teller == bytes(phone_index)
        share = OWN_ENOUGH if own else 1.0
        if one.akin >= AKIN * share:
            kept.append((one, own, one.same >= SAME * share))
    kept.sort(key=lambda row: (not row[2], not row[1], -row[0].akin))
    chosen = kept[:n]
    rows = MatterOrder.objects.filter(order_number__in=[row[0].number for row in chosen], removed_at=None)
    matters = dict(rows.values_list("order_number", "matter__number"))
    return [
        Like(one.number, one.at, round(one.akin, 3), same, own, matters.get(one.number, ""))
        for one, own, same in chosen
    ]
