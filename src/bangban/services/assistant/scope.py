"""What the assistant does not answer itself, read from the table scope.toml; every row names its clause."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

__all__ = ["PathClass", "Row", "Tables", "is_only_asking", "matching", "tables"]

PathClass = Literal["not_on_application", "daily_life", "complaint", "emergency", "policy_of_the_day", "other"]


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One matter: the words that tell it, those that tell something else, what to say, and the number to call.

    `group` is the class of the directory (BJ-4) and `topics` its topics that this row leads to, likeliest first; `name`
    is the row's own topic.
    """

    code: str
    clause: str
    words: tuple[str, ...]
    text: str
    phone: str
    unless: tuple[str, ...] = ()
    group: PathClass | None = None
    topics: tuple[str, ...] = ()
    name: str = ""

    def sentence(self, phone: str = "") -> str:
        """Return what to say, with a place's own number when it has one."""
        return self.text.replace("{phone}", phone or self.phone)


class Tables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All rows by kind; `only_asking` holds for every emergency."""

    only_asking: tuple[str, ...]
    emergencies: tuple[Row, ...]
    sensitive: tuple[Row, ...]
    out_of_scope: tuple[Row, ...]


@cache
def tables() -> Tables:
    """Return the tables that ship with the product."""
    text = (files(__package__) / "scope.toml").read_text(encoding="utf-8")
    read = msgspec.convert(tomllib.loads(text), Tables)
    widened = (msgspec.structs.replace(row, unless=(*row.unless, *read.only_asking)) for row in read.emergencies)
    return msgspec.structs.replace(read, emergencies=tuple(widened))


def matching(rows: tuple[Row, ...], text: str) -> Row | None:
    """Return the first row that the text speaks of."""
    return next((row for row in rows if _pattern(row.words).search(text) and not _excluded(row, text)), None)


def is_only_asking(text: str) -> bool:
    """Say whether somebody asks about dangers rather than stands in one."""
    return _pattern(tables().only_asking).search(text) is not None


def _excluded(row: Row, text: str) -> bool:
    return bool(row.unless) and _pattern(row.unless).search(text) is not None


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)
