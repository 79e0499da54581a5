"""A line over time, with the line of an earlier period and, where there is one, a forecast with its interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bangban.foundation.documents.charts.drawing import (
    FAINT,
    GRID,
    MAIN,
    OTHER,
    WARM,
    WIDTH,
    ceiling,
    dot,
    extent,
    legend,
    number,
    picture,
    stroke,
    ticks,
    write,
)  # fmt: skip

HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 250.0, 30.0, 26.0, 46.0, 30.0
DASH, DOTS = "7 4", "2 3"
At = Callable[[int, float], tuple[float, float]]


@dataclass(frozen=True)
class Forecast:
    """What is expected at the points after the last one, from low to high."""

    labels: tuple[str, ...]
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Lines:
    """One line over `labels`; `before` is the same stretch of an earlier period, None where nothing is known."""

    labels: tuple[str, ...]
    values: tuple[float, ...]
    before: tuple[float | None, ...] = ()
    forecast: Forecast | None = None
    unit: str = "件"
    now_label: str = "本期"
    before_label: str = "上期"

    @property
    def height(self) -> float:
        """All of them are equally high."""
        return HEIGHT

    @property
    def words(self) -> str:
        """The ends and the peak, as one would say it."""
        if not self.values:
            return "没有数据"
        peak = max(range(len(self.values)), key=lambda place: self.values[place])
        said = f"从{self.labels[0]}的{number(self.values[0])}{self.unit}到{self.labels[-1]}的{number(self.values[-1])}{self.unit}"
        return f"{said}，最高是{self.labels[peak]}的{number(self.values[peak])}{self.unit}"

    def svg(self) -> str:
        """Draw grid, earlier line, line and forecast."""
        known = [
            *self.values,
            *(one for one in self.before if one is not None),
            *(self.forecast.high if self.forecast else ()),
        ]
        largest = max(known, default=0)
        most = ceiling(largest)
        labels = [*self.labels, *(self.forecast.labels if self.forecast else ())]
        width, room = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

        def at(place: int, value: float) -> tuple[float, float]:
            return LEFT + width * (place / max(1, len(labels) - 1)), TOP + room * (1 - max(0, value) / most)

        parts = [self._legend()]
        for value in ticks(largest):
            y = at(0, value)[1]
            parts.append(stroke([(LEFT, y), (WIDTH - RIGHT, y)], GRID, width=1))
            parts.append(write(LEFT - 7, y + 4, number(value), size=10.5, anchor="end", colour=FAINT))
        parts += self._days(labels, at(0, 0)[0], width)
        parts += [self._band(at)] if self.forecast else []
        parts += [stroke(stretch, OTHER, dash=DASH) for stretch in self._earlier(at)]
        points = [at(place, value) for place, value in enumerate(self.values)]
        parts.append(stroke(points, MAIN, width=2.4))
        parts += [dot(x, y, MAIN) for x, y in points] if len(points) <= 31 else []
        return picture(HEIGHT, self.words, *parts)

    def _legend(self) -> str:
        entries = [(self.now_label, MAIN, "")]
        entries += [(self.before_label, OTHER, DASH)] if any(one is not None for one in self.before) else []
        entries += [("预测（浅色为区间）", WARM, DOTS)] if self.forecast else []
        return legend(12, entries)

    def _days(self, labels: list[str], left: float, width: float) -> list[str]:
        """Labels under the axis, as many as have room."""
        wide = max((extent(label, 10.5) for label in labels), default=0) + 10
        every = max(1, -(-len(labels) * int(wide + 1) // int(width)))
        step = width / max(1, len(labels) - 1)
        return [
            write(left + place * step, HEIGHT - 8, label, size=10.5, anchor="middle", colour=FAINT)
            for place, label in enumerate(labels)
            if place % every == 0
        ]

    def _earlier(self, at: At) -> list[list[tuple[float, float]]]:
        """Stretches of the earlier line without a gap."""
        stretches: list[list[tuple[float, float]]] = [[]]
        for place, value in enumerate(self.before[: len(self.values)]):
            if value is None:
                stretches.append([])
            else:
                stretches[-1].append(at(place, value))
        return [stretch for stretch in stretches if stretch]

    def _band(self, at: At) -> str:
        assert self.forecast is not None
        first = len(self.values)
        upper = [at(first + place, value) for place, value in enumerate(self.forecast.high)]
        lower = [at(first + place, value) for place, value in enumerate(self.forecast.low)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*upper, *reversed(lower)])
        start = [at(first - 1, self.values[-1])] if self.values else []
        middle = start + [at(first + place, value) for place, value in enumerate(self.forecast.values)]
        return f'<polygon points="{path}" fill="{WARM}" fill-opacity="0.16"/>' + stroke(
            middle, WARM, dash=DOTS, width=2.4
        )
