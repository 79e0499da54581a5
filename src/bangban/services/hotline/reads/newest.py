"""The newest orders of any condition in a bounded time, however rare or common they are (GB33358-5.5.2).

A word that four per cent of a million orders hold would bring forty thousand rows to be sorted for one page, and two filters
that never meet would have every order read. So first the newest few hundred orders of the narrowest list that has an order
of its own are looked at, which fills a page of what is common. Then the index of words, facets and weeks (facets.py) is asked
for the week before them, for four weeks before that, sixteen …, until the page is full; a stretch that holds too many is
shortened. Pages and their marks are those of one whole query.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from bangban.services.hotline.reads.facets import WEEKS, held
from bangban.services.hotline.reads.rows import NEWEST, Where

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WEEK = timedelta(weeks=1)
WALKED = 300
"""How many of the newest orders are looked at one by one before the index is asked."""
MANY = 4000
"""How many orders of a stretch are worth reading for one page; when it holds as many, a shorter one will do."""
ORDERED = {
    "unit": "o.lead_unit_id = %s::bigint",
    "category": "o.category_id = %s::bigint",
    "agent": "o.agent_id = %s::bigint",
    "state": "o.state = %s::text",
    "kind": "o.kind = %s::text",
}
"""Facets whose orders an index of their own holds newest first, the narrowest first."""
STRETCHES = (*WEEKS, 1_000_000)
"""The stretches of weeks that are asked, the last of which is all that is left."""
LONGER = (1, 2, 4, 4, 4)
"""Which stretch comes after one that did not fill the page."""
PERIOD = 32
"""So few weeks that are left are asked in stretches, since all would mean those outside the period, too."""
HELD = held("o")
NUMBERS = "ARRAY(SELECT hashtext(name) FROM unnest(%s::text[]) AS name)"


@dataclass(frozen=True)
class Span:
    """Which orders a page may hold: those after the mark of the page before, received from `since` until `until`."""

    mark: tuple[datetime, UUID] | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def where(self) -> Where:
        """Return the same as a condition."""
        asked = Where("true")
        if self.mark:
            asked &= Where("(o.received_at, o.id) < (%s::timestamptz, %s::uuid)", self.mark)
        if self.since:
            asked &= Where("o.received_at >= %s::timestamptz", (self.since,))
        if self.until:
            asked &= Where("o.received_at < %s::timestamptz", (self.until,))
        return asked


Either = tuple[tuple[int, ...], ...]


def newest(where: Where, span: Span, terms: tuple[int, ...], limit: int, either: Either = ()) -> list[UUID]:
    """Return the ids of the newest orders of a span that meet a condition, at most `limit`.

    `terms`, and one of each of `either`, are in the condition, too.
    """
    with connection.cursor() as cursor:
        ids, end = _walk(cursor, where, span, limit)
        if end is None or len(ids) >= limit:
            return ids
        cursor.execute("SELECT min(received_at) FROM hotline_workorder")
        oldest = week_of(max(cursor.fetchone()[0], span.since or EPOCH))
        where &= replace(span, mark=end).where
        last, step, longest = week_of(end[0]), 0, len(STRETCHES) - 1
        while last >= oldest and len(ids) < limit:
            if last - oldest < PERIOD:
                longest = min(longest, 2)
            step = min(step, longest)
            first = last // STRETCHES[step] * STRETCHES[step]
            read, more = _stretch(cursor, where, (terms, either), (first, last, step), limit - len(ids))
            if read == MANY and step:
                step = longest = step - 1
                continue
            ids += more
            last, step = first - 1, LONGER[step]
    return ids


def week_of(at: datetime) -> int:
    """Return the week of a moment, counted from 1970."""
    return (at - EPOCH) // WEEK


def _walk(cursor: Any, where: Where, span: Span, limit: int) -> tuple[list[UUID], tuple[datetime, UUID] | None]:
    """Look at the newest orders one by one; returns those that are wanted and where this ended, nowhere when all were seen."""
    base = span.where
    single = {group.facet: group.values[0] for group in where.facets if len(group.values) == 1}
    for facet in [facet for facet in ORDERED if facet in single][:1]:
        base &= Where(ORDERED[facet], (single[facet],))
    cursor.execute(
        f"WITH walked AS MATERIALIZED (SELECT o.id, o.received_at, ({where.sql}) IS TRUE AS wanted FROM"
        f" (SELECT * FROM hotline_workorder o WHERE {base.sql} ORDER BY {NEWEST} LIMIT {WALKED}) AS o)"
        f" SELECT ARRAY(SELECT o.id FROM walked o WHERE wanted ORDER BY {NEWEST} LIMIT %s),"
        " (SELECT count(*) FROM walked), o.received_at, o.id FROM walked o ORDER BY o.received_at, o.id LIMIT 1",
        (*where.values, *base.values, limit),
    )
    ids, seen, *last = cursor.fetchone() or ([], 0)
    return ids, (last[0], last[1]) if seen == WALKED else None


def _stretch(
    cursor: Any, where: Where, words: tuple[tuple[int, ...], Either], stretch: tuple[int, int, int], limit: int
) -> tuple[int, list[UUID]]:
    """Ask the index for the orders of one stretch, from its first to its last week.

    Returns how many orders it gave and the newest of those that are wanted. The arrays are sub-queries, so that the planner
    cannot guess how many orders hold them: they are always brought together by the index. It takes the parts in the order
    in which they stand, and leaves off when the first, the stretch, has no more. The plain condition is tested as well,
    since a digest may equal the number of a facet.
    """
    first, last, step = stretch
    terms, either = words
    single = [name for group in where.facets if len(group.values) <= 1 for name in group.names]
    groups = [group.names for group in where.facets if len(group.values) > 1]
    asked = Where("true")
    if step < len(WEEKS):
        asked &= Where(f"{HELD} @> {NUMBERS}", ([f"weeks{WEEKS[step]} {first // WEEKS[step]}"],))
    asked &= Where(f"{HELD} @> (SELECT %s::integer[] || {NUMBERS})", (list(terms), single))
    for group_of in either:
        asked &= Where(f"{HELD} && (SELECT %s::integer[])", (list(group_of),))
    for names in groups:
        asked &= Where(f"{HELD} && {NUMBERS}", (names,))
    wanted = where & Where(
        "o.received_at >= %s::timestamptz AND o.received_at < %s::timestamptz",
        (EPOCH + first * WEEK, EPOCH + (last + 1) * WEEK),
    )
    cursor.execute(
        f"WITH held AS MATERIALIZED (SELECT o.id, o.received_at, ({wanted.sql}) IS TRUE AS wanted FROM hotline_workorder o"
        f" WHERE {asked.sql} LIMIT %s)"
        f" SELECT (SELECT count(*) FROM held), ARRAY(SELECT o.id FROM held o WHERE wanted ORDER BY {NEWEST} LIMIT %s)",
        (*wanted.values, *asked.values, MANY if step else None, limit),
    )
    read, ids = cursor.fetchone()
    return read, ids
