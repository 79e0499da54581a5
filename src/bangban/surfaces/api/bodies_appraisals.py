"""What goes out of the API of published appraisals."""

from __future__ import annotations

import msgspec


class AppraisalRow(msgspec.Struct):
    """A published appraisal in a list; days are local, both counted."""

    number: str
    title: str
    first: str
    last: str
    hotline: str
    hotline_name: str
    published_at: str


class AppraisalPage(msgspec.Struct):
    """A page of a list; `after` is empty on the last one."""

    rows: list[AppraisalRow]
    after: str


class AppraisalFigure(msgspec.Struct):
    """A figure: per cent, grade from 1 to 5, or hours; null where nobody answered or it rests on fewer than five."""

    code: str
    label: str
    unit: str
    amount: float | None
    text: str


class AppraisedUnit(msgspec.Struct):
    """A unit, in the order of the register; `score` from 0 to 100 is null when a rate in it rests on fewer than five."""

    code: str
    name: str
    score: float | None
    figures: list[AppraisalFigure]


class AppraisalOut(msgspec.Struct):
    """A published appraisal."""

    appraisal: AppraisalRow
    units: list[AppraisedUnit]
