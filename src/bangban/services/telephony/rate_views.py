"""Counts of calls over a span, the rates made of them, and the alarm about a rate that is too low (GB33358-5.1.2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Rate:
    """A share with its numerator and denominator; `percent` is None where there is nothing to divide."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """Return hundredths, unrounded."""
        return self.part * 100 / self.whole if self.whole else None

    def below(self, percent: int) -> bool:
        """Tell without rounding whether the share is under so many per cent; nothing is never under."""
        return self.part * 100 < self.whole * percent


@dataclass(frozen=True)
class Figures:
    """Counts of inbound calls of some time, by the minute in which they came.

    `offered` holds those still waiting; `connection` = answered / (answered + lost) (GB33358-3.8), `in_time` = answered
    within 15 s / (answered + lost after more than 15 s) (GB33358-5.1.2.3-a). Seconds are sums over calls.
    """

    offered: int = 0
    answered: int = 0
    answered_in_15: int = 0
    abandoned: int = 0
    missed: int = 0
    lost_late: int = 0
    menu: int = 0
    wait_seconds: int = 0
    talk_seconds: int = 0
    hold_seconds: int = 0

    @property
    def lost(self) -> int:
        """Calls that ended before anybody answered."""
        return self.abandoned + self.missed

    @property
    def waiting(self) -> int:
        """Calls that are neither answered nor ended."""
        return self.offered - self.answered - self.lost

    @property
    def connection(self) -> Rate:
        """Return the connection rate 接通率."""
        return Rate(self.answered, self.answered + self.lost)

    @property
    def in_time(self) -> Rate:
        """Return the share answered within 15 s."""
        return Rate(self.answered_in_15, self.answered + self.lost_late)

    @property
    def mean_wait(self) -> float | None:
        """Return seconds from offer to answer, on average."""
        return self.wait_seconds / self.answered if self.answered else None


@dataclass(frozen=True)
class HourRow:
    """The figures of one hour (or, in reports, one day)."""

    start: datetime
    figures: Figures


@dataclass(frozen=True)
class Window:
    """The 24 hours that end at `until`."""

    until: datetime
    rate: Rate


@dataclass(frozen=True)
class CausingHour:
    """An hour that pulled the rate under 95 %: how many of its calls were answered."""

    start: datetime
    answered: int
    whole: int


@dataclass(frozen=True)
class AlarmView:
    """A fall of the rolling rate under 95 %; open while `closed_at` is None."""

    id: int
    opened_at: datetime
    closed_at: datetime | None
    first: Rate
    lowest: Rate
    hours: tuple[CausingHour, ...]
