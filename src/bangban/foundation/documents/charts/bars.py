"""Bars by category, the largest first as they are given, with what they were before in a paler bar."""

from __future__ import annotations

from dataclasses import dataclass

from bangban.foundation.documents.charts.drawing import (
    FAINT,
    GRID,
    MAIN,
    OTHER,
    WIDTH,
    box,
    ceiling,
    extent,
    legend,
    number,
    picture,
    short,
    stroke,
    write,
)  # fmt: skip

LABEL_ROOM, VALUE_ROOM = 170.0, 70.0


@dataclass(frozen=True)
class Bar:
    """One category; `before` is None where there is no history."""

    label: str
    value: float
    before: float | None = None


@dataclass(frozen=True)
class Bars:
    """Horizontal bars; `before` names the paler ones."""

    bars: tuple[Bar, ...]
    unit: str = "件"
    now: str = "本期"
    before: str = "上期"

    @property
    def _compares(self) -> bool:
        return any(one.before is not None for one in self.bars)

    @property
    def _step(self) -> float:
        return 34 if self._compares else 26

    @property
    def height(self) -> float:
        """As many bars, and the legend where two kinds stand side by side."""
        return self._step * len(self.bars) + (26 if self._compares else 4)

    @property
    def words(self) -> str:
        """Each bar as a phrase."""
        return "；".join(f"{one.label}{number(one.value)}{self.unit}" for one in self.bars)

    def svg(self) -> str:
        """Draw the bars, each with its value at its end."""
        top = 26.0 if self._compares else 4.0
        left = min(LABEL_ROOM, max((extent(one.label, 12) for one in self.bars), default=0) + 10)
        most = ceiling(max((max(one.value, one.before or 0) for one in self.bars), default=0))
        scale = (WIDTH - left - VALUE_ROOM) / most
        parts = [legend(12, [(self.now, MAIN, ""), (self.before, OTHER, "")])] if self._compares else []
        for place, one in enumerate(self.bars):
            y = top + place * self._step
            middle = y + (self._step - 6) / 2
            parts.append(write(left - 8, middle + 4, short(one.label, 12, left - 10), anchor="end"))
            high = 15.0 if self._compares else 16.0
            parts.append(box(left, y, one.value * scale, high, MAIN))
            parts.append(write(left + one.value * scale + 6, y + high - 3.5, number(one.value), size=11.5))
            if one.before is not None:
                parts.append(box(left, y + high + 1, one.before * scale, 9, OTHER))
                parts.append(
                    write(left + one.before * scale + 6, y + high + 9, number(one.before), size=9.5, colour=FAINT)
                )
        parts.append(stroke([(left, top - 4), (left, self.height)], GRID, width=1))
        return picture(self.height, self.words, *parts)
