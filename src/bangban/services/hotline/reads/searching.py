"""Words in sealed text, found newest first: week by week out of one index of words and weeks (GB33358-5.5.2).

A word that four per cent of a million orders hold would bring forty thousand rows to be sorted for one page. So the index
`order_words_by_week` holds, beside the words of an order, the week in which it came: the newest week is asked first, then
four weeks before it, then sixteen, until the page is full. A rare word costs a few short questions, a common one a single
one, and two words are brought together inside the index. Pages and their marks are those of one whole query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from bangban.foundation.access.phones import clean_number
from bangban.foundation.ledger.identifiers import is_valid_number
from bangban.foundation.privacy.crypto import blind_index
from bangban.services.hotline import words
from bangban.services.hotline.reads.rows import Row, Where, lines

ARCHIVE_NUMBER = re.compile(r"\d{4}-\d{6}-\d{6}", re.ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WEEK = timedelta(weeks=1)
GROWTH = 4
"""How much longer each stretch of weeks is than the newer one before it."""

HOLDS = "(o.words || floor(extract(epoch FROM (o.received_at AT TIME ZONE 'UTC')) / 604800)::integer)"
"""The words of an order with its week, as the index `order_words_by_week` has them."""


@dataclass(frozen=True)
class Sought:
    """What one search box asks for: orders that hold all `terms`, or that meet the exact condition; either may be missing."""

    terms: tuple[int, ...] = ()
    exactly: Where | None = None


def sought(text: str, *, by_person: bool) -> Sought:
    """Return what a search box asks for: an order number, a phone, a name, or words of the matter.

    People are found only by those who may see them; a unit searches words and numbers.
    """
    number = text.upper()
    if number.startswith("GD") and is_valid_number(number):
        return Sought(exactly=Where("o.number = %s::text", (number,)))
    if ARCHIVE_NUMBER.fullmatch(text):
        return Sought(exactly=Where("o.archive_number = %s::text", (text,)))
    phone = clean_number(text)
    if by_person and phone and len(phone) >= 7:
        return Sought(exactly=Where("o.phone_index = %s::bytea", (blind_index(phone, "phone"),)))
    named = by_person and len(text) <= 4
    name = Where("o.name_index = %s::bytea", (blind_index(text, "name"),)) if named else None
    return Sought(tuple(words.query(text)), name)


def found(
    where: Where, what: Sought, limit: int, *, hide: bool, since: datetime | None, until: datetime | None
) -> list[Row]:
    """Return the newest `limit` orders that meet a condition and what is sought; `since` and `until` bound the receipt.

    `where` holds the same bounds and the mark of the page before; they are given once more so that no week outside is asked.
    """
    rows = lines(where & what.exactly, limit, hide=hide) if what.exactly else []
    rows += _by_words(where, what.terms, limit, hide, since, until) if what.terms else []
    unique = {row.id: row for row in rows}
    return sorted(unique.values(), key=lambda row: (row.received_at, row.id), reverse=True)[:limit]


def _by_words(
    where: Where, terms: tuple[int, ...], limit: int, hide: bool, since: datetime | None, until: datetime | None
) -> list[Row]:
    rows: list[Row] = []
    with transaction.atomic():
        with connection.cursor() as cursor:
            # How often these words occur decides over the plan; a prepared one would be made for average words.
            cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
            cursor.execute("SELECT min(received_at), max(received_at) FROM hotline_workorder")
            oldest, newest = cursor.fetchone()
        if newest is None:
            return []
        begin, end = max(oldest, since) if since else oldest, min(newest, until) if until else newest
        for first, last in stretches(week_of(begin), week_of(end)):
            rows += lines(where & _within(terms, first, last), limit - len(rows), hide=hide)
            if len(rows) >= limit:
                break
    return rows


def stretches(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield stretches of weeks from the last back to the first, both counted, each four times as long as the one before."""
    weeks = 1
    while last >= first:
        yield max(first, last - weeks + 1), last
        last, weeks = last - weeks, weeks * GROWTH


def week_of(at: datetime) -> int:
    """Return the week of a moment, counted from 1970."""
    return (at - EPOCH) // WEEK


def _within(terms: tuple[int, ...], first: int, last: int) -> Where:
    """Return the condition of some words in some weeks; the bounds keep a digest that equals a week from doing harm."""
    return Where(
        f"{HOLDS} @> %s::integer[] AND {HOLDS} && %s::integer[]"
        " AND o.received_at >= %s::timestamptz AND o.received_at < %s::timestamptz",
        (list(terms), list(range(first, last + 1)), EPOCH + first * WEEK, EPOCH + (last + 1) * WEEK),
    )
