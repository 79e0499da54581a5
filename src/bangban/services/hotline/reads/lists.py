"""Lists of orders: the boxes of the hotline and of a unit, everyday filters, search in sealed text (GB33358-5.5.2).

Keyset pages, one statement each, with filters or words a few (newest.py); a million orders answer any of them together in
under 100 ms (bench `orders`).
"""

from __future__ import annotations

from dataclasses import dataclass

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours
from bangban.foundation.flows.keyset import mark_of, position_of
from bangban.services.hotline.flow import OPEN
from bangban.services.hotline.reads.boxes import BOX, BOXES, FEW, HISTORY, URGENT, at_hotline, boxes_of
from bangban.services.hotline.reads.filters import UNFILTERED, Filters, conditions, period
from bangban.services.hotline.reads.newest import Span
from bangban.services.hotline.reads.rows import Row, Where, count, lines
from bangban.services.hotline.reads.searching import found, sought

__all__ = ["BOXES", "Filters", "Page", "box_counts", "boxes_of", "page"]

COUNTED = (
    "unsatisfied",
    "mine",
    "incoming",
    "registered",
    "returned",
    "overdue",
    "emergency",
    "offered",
    "handling",
    "soon",
    "late",
    "assisting",
    "completed",
    "supervised",
)
FIRST = "!"
"""What the mark of a page begins with while emergencies are listed, which stand before everything else."""
_PINNED = (
    f"{URGENT} AND o.state IN ({', '.join(repr(state) for state in OPEN)}) AND o.state NOT IN ('archived', 'withdrawn')"
)
"""The second half says nothing new, but lets the index of open emergencies serve."""


@dataclass(frozen=True)
class Page:
    """One page of a list and where the next one begins; `after` is empty on the last page."""

    rows: tuple[Row, ...]
    after: str


def page(actor: Actor, box: str, filters: Filters = UNFILTERED, *, after: str = "", limit: int = 50) -> Page:
    """Return one page of a box: open emergencies first where work waits and nothing narrows it, then newest first.

    Raises NotYours for a box that the duties do not open, Incomplete with a sentence for a wrong filter.
    """
    if box not in boxes_of(actor):
        raise NotYours("没有这个列表，或者您的岗位看不到它。")
    hide = not at_hotline(actor)
    where = BOX[box](actor)
    if actor.staff_id is not None:
        # Whoever is complained about does not find the complaint (F3.30).
        where &= Where("(o.about_staff_id IS NULL OR o.about_staff_id <> %s::bigint)", (actor.staff_id,))
    for narrowed in conditions(filters):
        where &= narrowed
    limit = max(1, min(limit, 100))
    mark = after.removeprefix(FIRST)
    span = Span(position_of(mark) if mark else None, *period(filters))
    if filters == UNFILTERED and box not in HISTORY:
        return _urgent_first(where, span, after, limit, hide=hide)
    if filters == UNFILTERED:
        rows = lines(where & span.where, limit + 1, hide=hide)
    else:
        what = sought(filters.search, by_person=not hide) if filters.search else None
        rows = found(where, span, what, limit + 1, hide=hide, few=box in FEW)
    shown = rows[:limit]
    return Page(tuple(shown), mark_of(shown[-1].received_at, shown[-1].id) if len(rows) > limit else "")


def is_first(box: str, row: Row) -> bool:
    """Tell whether an order stands before the others of a box that nothing narrows."""
    return box not in HISTORY and row.emergency and row.state in OPEN


def _urgent_first(where: Where, span: Span, after: str, limit: int, *, hide: bool) -> Page:
    """Return a page on which the open emergencies, however old, stand before the others."""
    pinned: list[Row] = []
    if not after or after.startswith(FIRST):
        pinned = lines(where & span.where & Where(_PINNED), limit + 1, hide=hide)
        if len(pinned) > limit:
            last = pinned[limit - 1]
            return Page(tuple(pinned[:limit]), FIRST + mark_of(last.received_at, last.id))
        span = Span()
    rest = limit - len(pinned)
    rows = lines(where & span.where & Where(f"NOT ({_PINNED})"), rest + 1, hide=hide)
    shown = [*pinned, *rows[:rest]]
    if len(rows) <= rest:
        return Page(tuple(shown), "")
    if not rest:
        return Page(tuple(shown), FIRST + mark_of(shown[-1].received_at, shown[-1].id))
    return Page(tuple(shown), mark_of(shown[-1].received_at, shown[-1].id))


def box_counts(actor: Actor, at_most: int = 99) -> dict[str, int]:
    """Return how many orders wait in the boxes that need the actor, counted up to a bound, in one query."""
    wanted = [box for box in boxes_of(actor) if box in COUNTED]
    return dict(zip(wanted, count([BOX[box](actor) for box in wanted], at_most + 1), strict=True))
