"""What dispatching has taught: the words of orders with the class and the unit where they ended (for routing)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads.catalogue import category

CHUNK = 500
SETTLED = ("handling", "completed", "visited", "archived")


class Labelled(NamedTuple):
    """One example: text (title, course, request), code of the class ("" when none), lead unit, region."""

    text: str
    category: str
    unit_id: int
    region: str


def labelled(since: datetime | None = None) -> Iterator[Labelled]:
    """Yield transferred orders that their unit took on, the oldest first; read by a cursor, unsealed one by one.

    An order that was returned and redispatched counts with the unit that kept it; one that nobody has signed yet teaches
    nothing, nor does one that was merged, refused or withdrawn.
    """
    rows = WorkOrder.objects.filter(
        state__in=SETTLED, direct=False, lead_unit__isnull=False, signed_at__isnull=False, merged_into=None
    )
    if since is not None:
        rows = rows.filter(registered_at__gte=since)
    wanted = rows.only("title", "course", "request", "region", "category_id", "lead_unit_id").order_by(
        "received_at", "id"
    )
    for order in wanted.iterator(chunk_size=CHUNK):
        assert order.lead_unit_id is not None
        known = category(order.category_id)
        text = "\n".join(part for part in (order.title, order.course, order.request) if part)
        if text:
            yield Labelled(text, known.code if known else "", order.lead_unit_id, order.region)
