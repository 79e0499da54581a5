"""The pen: a few SVG elements, colours that also differ in grey, and how wide a Chinese text is."""

from __future__ import annotations

from html import escape
from math import ceil, floor, log10
from typing import Protocol

INK, FAINT, GRID = "#13242b", "#586a72", "#dbe3e5"
MAIN, OTHER, WARM = "#0d566b", "#a5c9d1", "#b0460b"
# From dark to light, so that neighbours differ on a grey printer too.
SERIES = (MAIN, "#5b97a6", WARM, "#a5c9d1", "#7d8a54", "#e0b088", "#8f9aa3")
WIDTH = 640


class Chart(Protocol):
    """What a document asks of a chart; sizes are in points of the drawing."""

    @property
    def height(self) -> float:
        """How high it is; every chart is `WIDTH` wide."""

    @property
    def words(self) -> str:
        """What the picture says, for those who cannot see it."""

    def svg(self) -> str:
        """The picture as one SVG element."""


def picture(height: float, words: str, *parts: str) -> str:
    """Put parts together as one SVG element of the common width."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-label="{escape(words)}"'
        f' viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}"'
        f' font-family="Noto Sans SC, sans-serif">{"".join(parts)}</svg>'
    )


def write(x: float, y: float, text: str, *, size: float = 12, anchor: str = "start", colour: str = INK) -> str:
    """Write one line of text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def box(x: float, y: float, width: float, height: float, colour: str) -> str:
    """Draw a filled box; one without a width is left out."""
    if width <= 0:
        return ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def stroke(points: list[tuple[float, float]], colour: str, *, width: float = 2, dash: str = "") -> str:
    """Draw a line through points."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashed}/>'


def dot(x: float, y: float, colour: str, *, size: float = 3) -> str:
    """Draw a point."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:g}" fill="{colour}"/>'


def extent(text: str, size: float) -> float:
    """Return about how wide a text is."""
    return sum(size if character > "⺀" else size * 0.56 for character in text)


def short(text: str, size: float, room: float) -> str:
    """Cut a text so that it fits."""
    if extent(text, size) <= room:
        return text
    while text and extent(text + "…", size) > room:
        text = text[:-1]
    return f"{text}…"


def legend(y: float, entries: list[tuple[str, str, str]]) -> str:
    """Name the series in one row: label, colour, and "" or the dash of a line."""
    parts, x = [], 0.0
    for label, colour, dash in entries:
        sample = (
            stroke([(x, y - 4), (x + 18, y - 4)], colour, width=2.5, dash=dash)
            if dash
            else box(x, y - 9, 12, 10, colour)
        )
        begin = x + (24 if dash else 17)
        parts += [sample, write(begin, y, label, size=11.5, colour=FAINT)]
        x = begin + extent(label, 11.5) + 18
    return "".join(parts)


def step_of(most: float) -> float:
    """Return a round distance of the lines behind a chart, about four of them; never below one."""
    if most <= 4:
        return 1
    unit = 10.0 ** floor(log10(most / 4))
    return next(
        factor * unit for factor in (1, 2, 2.5, 5, 10) if factor * unit >= most / 4 and (factor * unit).is_integer()
    )


def ceiling(most: float) -> float:
    """Return the end of an axis: the first line at or above the largest value."""
    return max(1, ceil(most / step_of(most))) * step_of(most)


def ticks(most: float) -> list[float]:
    """Return the values of the lines behind a chart."""
    step = step_of(most)
    return [step * place for place in range(round(ceiling(most) / step) + 1)]


def number(value: float) -> str:
    """Write a number: whole ones with thousands, others with one place."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
