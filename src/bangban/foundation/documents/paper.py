"""A paper: title and blocks. Said once, shown as PDF, as Word and on the page."""

from __future__ import annotations

from dataclasses import dataclass

from bangban.foundation.documents.charts import Chart


@dataclass(frozen=True)
class Chapter:
    """A heading of the first order; chapters are numbered 一、二、三、 by themselves."""

    text: str


@dataclass(frozen=True)
class Section:
    """A heading inside a chapter."""

    text: str


@dataclass(frozen=True)
class Prose:
    """One paragraph."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Names and values as a ruled grid, an even number of them."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Cell:
    """A value in a table; `source` names where it comes from, for whoever shows it as a link."""

    text: str
    source: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table: its label, whether numbers stand in it, its share of the width."""

    label: str
    number: bool = False
    weight: float = 1


@dataclass(frozen=True)
class Table:
    """Rows under a header that repeats on each page; `empty` is said where there are none."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    note: str = ""
    empty: str = "本期没有数据。"


@dataclass(frozen=True)
class Drawing:
    """A chart with its caption."""

    chart: Chart
    caption: str = ""


Block = Chapter | Section | Prose | Facts | Table | Drawing


@dataclass(frozen=True)
class Paper:
    """A whole document; `closing` are the lines at its end (who is responsible, which day)."""

    title: str
    blocks: tuple[Block, ...]
    issuer: str = ""
    subtitle: str = ""
    reference: str = ""
    footer: str = ""
    closing: tuple[str, ...] = ()


NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
