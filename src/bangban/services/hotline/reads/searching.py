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
from bangban.services.hotline.words import NUMBER, PHONE, SURNAME, TWO_CHARACTERS, mark

ARCHIVE_NUMBER = re.compile(r"\d{4}-\d{6}-\d{6}", re.ASCII)

FOUR = re.compile(r"\d{4}", re.ASCII)


@dataclass(frozen=True)
class Sought:
    """What one search box asks for: orders that hold all `terms` and one of each of `either`, or that meet the exact condition.

    Either part may be missing.
    """

    terms: tuple[int, ...] = ()
    either: tuple[tuple[int, ...], ...] = ()
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
    terms, either = _marks_in(text, by_person=by_person)
    return Sought(tuple(words.query(terms)), either, name)


def _marks_in(text: str, *, by_person: bool) -> tuple[str, tuple[tuple[int, ...], ...]]:
    """Return the words of a search, and what may also be a surname or the last digits of a telephone or a number."""
    plain, either = [], []
    for part in text.split():
        marks = [mark(NUMBER, part)] if FOUR.fullmatch(part) else []
        marks += [mark(PHONE, part)] if marks and by_person else []
        marks += [mark(SURNAME, part)] if by_person and (len(part) == 1 or part in TWO_CHARACTERS) else []
        own = words.query(part)
        if marks and len(own) <= 1:
            either.append((*own, *marks))
        else:
            plain.append(part)
    return " ".join(plain), tuple(either)


def found(where: Where, span: Span, what: Sought | None, limit: int, *, hide: bool, few: bool) -> list[Row]:
    """Return the newest `limit` orders of a span that meet a condition and what is sought, if anything is.

    `few` tells that the condition alone leaves so few orders that all of them can be looked at.
    """
    rows: list[Row] = []
    if what and what.exactly:
        rows = lines(where & span.where & what.exactly, limit, hide=hide)
    if what is None or what.terms or what.either:
        if what:
            where &= Where("o.words @> %s::integer[]", (list(what.terms),))
            for one in what.either:
                where &= Where("o.words && %s::integer[]", (list(one),))
        if few:
            rows += lines(where & span.where, limit, hide=hide)
        elif ids := newest(where, span, what.terms if what else (), limit, what.either if what else ()):
            rows += lines(Where("o.id = ANY(%s::uuid[])", (ids,)), limit, hide=hide)
    unique = {row.id: row for row in rows}
    return sorted(unique.values(), key=lambda row: (row.received_at, row.id), reverse=True)[:limit]
