"""What a search box asks for, and the orders that meet it together with a condition (GB33358-5.5.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bangban.foundation.access.phones import clean_number
from bangban.foundation.ledger.identifiers import is_valid_number
from bangban.foundation.privacy.crypto import blind_index
from bangban.services.hotline import words
from bangban.services.hotline.reads.newest import Span, newest
from bangban.services.hotline.reads.rows import Row, Where, lines

ARCHIVE_NUMBER = re.compile(r"\d{4}-\d{6}-\d{6}", re.ASCII)


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


def found(where: Where, span: Span, what: Sought | None, limit: int, *, hide: bool, few: bool) -> list[Row]:
    """Return the newest `limit` orders of a span that meet a condition and what is sought, if anything is.

    `few` tells that the condition alone leaves so few orders that all of them can be looked at.
    """
    rows: list[Row] = []
    if what and what.exactly:
        rows = lines(where & span.where & what.exactly, limit, hide=hide)
    if what is None or what.terms:
        if what:
            where &= Where("o.words @> %s::integer[]", (list(what.terms),))
        if few:
            rows += lines(where & span.where, limit, hide=hide)
        elif ids := newest(where, span, what.terms if what else (), limit):
            rows += lines(Where("o.id = ANY(%s::uuid[])", (ids,)), limit, hide=hide)
    unique = {row.id: row for row in rows}
    return sorted(unique.values(), key=lambda row: (row.received_at, row.id), reverse=True)[:limit]
