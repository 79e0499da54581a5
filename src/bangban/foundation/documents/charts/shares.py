"""Shares of a whole as one bar and its key: easier to compare on paper than a pie."""

from __future__ import annotations

from dataclasses import dataclass

from bangban.foundation.documents.charts.drawing import (
    FAINT,
    GRID,
    SERIES,
    WIDTH,
    box,
    extent,
    number,
    picture,
    short,
    write,
)  # fmt: skip

BAR, ROW, COLUMNS = 30.0, 22.0, 3


@dataclass(frozen=True)
class Part:
    """One part of the whole."""

    label: str
    value: float


@dataclass(frozen=True)
class Shares:
    """Parts of one whole in the order given; more than seven are drawn as the first six and 其他."""

    parts: tuple[Part, ...]
    unit: str = "件"

    @property
    def _drawn(self) -> tuple[Part, ...]:
        if len(self.parts) <= len(SERIES):
            return self.parts
        kept = len(SERIES) - 1
        return (*self.parts[:kept], Part("其他", sum(one.value for one in self.parts[kept:])))

    @property
    def height(self) -> float:
        """The bar and as many rows of its key as there are parts."""
        return BAR + 12 + ROW * -(-len(self._drawn) // COLUMNS)

    @property
    def words(self) -> str:
        """Each part as a phrase."""
        whole = sum(one.value for one in self._drawn) or 1
        return "；".join(
            f"{one.label}{number(one.value)}{self.unit}，占{100 * one.value / whole:.1f}%" for one in self._drawn
        )

    def svg(self) -> str:
        """Draw the bar and its key."""
        whole = sum(one.value for one in self._drawn)
        parts, x = [box(0, 0, WIDTH, BAR, GRID)], 0.0
        for place, one in enumerate(self._drawn):
            wide = WIDTH * one.value / whole if whole else 0
            share = f"{100 * one.value / whole:.1f}%" if whole else "—"
            parts.append(box(x, 0, wide - (1.5 if x + wide < WIDTH - 1 else 0), BAR, SERIES[place]))
            x += wide
            column, row = place % COLUMNS, place // COLUMNS
            left, base = column * WIDTH / COLUMNS, BAR + 12 + row * ROW + 13
            parts.append(box(left, base - 10, 12, 11, SERIES[place]))
            label = short(one.label, 11.5, 90)
            parts.append(write(left + 18, base, label, size=11.5))
            beside = left + 26 + extent(label, 11.5)
            parts.append(write(beside, base, f"{number(one.value)}{self.unit} {share}", size=11, colour=FAINT))
        return picture(self.height, self.words, *parts)
