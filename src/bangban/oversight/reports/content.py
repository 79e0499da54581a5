"""What a report holds: its figures as they were counted, so that a released report never changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec


class Value(msgspec.Struct, frozen=True):
    """A count, or a share with its parts; `amount` is None where there is nothing to divide by."""

    amount: float | None
    part: int = 0
    whole: int = 0


class Line(msgspec.Struct, frozen=True):
    """One figure with its comparisons; None is no history, not zero."""

    code: str
    label: str
    unit: str
    now: Value
    before: Value | None = None
    last_year: Value | None = None


class Row(msgspec.Struct, frozen=True):
    """One class of a breakdown."""

    key: str
    label: str
    now: int
    before: int | None = None
    last_year: int | None = None


class UnitRow(msgspec.Struct, frozen=True):
    """What one unit did: given, finished, finished in time of those with a limit, overdue, satisfied of those asked."""

    key: str
    label: str
    given: int = 0
    completed: int = 0
    in_time: int = 0
    timed: int = 0
    overdue: int = 0
    satisfied: int = 0
    asked: int = 0


class Point(msgspec.Struct, frozen=True):
    """One step of the line over time."""

    label: str
    now: int
    before: int | None = None


class Trend(msgspec.Struct, frozen=True):
    """A forecast with its basis; without a basis there are no values (GB33358-5.6.2.2)."""

    basis: str
    n: int
    slope: float = 0
    labels: tuple[str, ...] = ()
    values: tuple[float, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


class Topic(msgspec.Struct, frozen=True):
    """What is known of a concentrated matter: how many told it, from when to when, by whom and how often."""

    name: str
    orders: int
    first_at: datetime | None
    last_at: datetime | None
    callers: int
    repeated: int
    open: int
    unsatisfied: int
    trend: Trend


class Content(msgspec.Struct, frozen=True):
    """All figures of one report. `cut_off` is the moment up to which they count.

    `unassigned` calls of the period belong to none of the house's hotlines and are in no figure.
    """

    first: date
    last: date
    cut_off: datetime
    before: tuple[date, date] | None = None
    last_year: tuple[date, date] | None = None
    lines: tuple[Line, ...] = ()
    groups: dict[str, tuple[Row, ...]] = {}
    units: tuple[UnitRow, ...] = ()
    step: str = "day"
    points: tuple[Point, ...] = ()
    topic: Topic | None = None
    unassigned: int = 0

    def line(self, code: str) -> Line:
        """Return one figure; KeyError for one that this report does not have."""
        for line in self.lines:
            if line.code == code:
                return line
        raise KeyError(code)


def plain(content: Content) -> dict[str, Any]:
    """Return what is stored."""
    found: dict[str, Any] = msgspec.to_builtins(content)
    return found


def read(stored: dict[str, Any]) -> Content:
    """Return what was stored."""
    return msgspec.convert(stored, Content, strict=False)
