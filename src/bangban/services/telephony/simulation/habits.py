"""What callers and agents of a city line do, drawn at random; seconds throughout.

The figures are those of public city lines: calls of 150 s on average, most answered within 15 s, few callers who wait
longer than two minutes (F3.23).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt
from random import Random

HOURS = (
    0.35, 0.22, 0.16, 0.13, 0.14, 0.28, 0.7, 1.8, 5.2, 8.6, 8.9, 7.4, 4.6, 5.3, 7.6, 8.0, 7.3, 5.4, 4.2, 3.9, 3.4, 2.6, 1.6,
    0.8,
)  # fmt: skip
"""How the calls of a day fall on its hours, local time."""

NIGHT_SHARE = 0.12
"""The share of the seats that is staffed in the quietest hour."""

LANGUAGES = {"cantonese": 0.07, "hakka": 0.015, "teochew": 0.015, "english": 0.01, "uyghur": 0.002, "japanese": 0.001}
"""How many callers wish for another language than Mandarin."""

NUMBERS = ("12345", "12345", "12345", "02012345")
UNITS = ("12350", "96123", "12393", "12366", "02083366666")
REPEATERS, REPEATED = 40, 0.12
"""So many people call again and again, and make that share of the calls."""


@dataclass(frozen=True)
class Habits:
    """How people behave; the shares are between 0 and 1."""

    talk: float = 150.0
    patience: float = 75.0
    redial: float = 0.5
    pick_up: tuple[float, float] = (1.0, 6.0)
    not_at_desk: float = 0.02
    ring_limit: float = 20.0
    wrap_up: tuple[float, float] = (5.0, 20.0)
    held: float = 0.08
    joined: float = 0.03
    transferred: float = 0.02

    def talk_time(self, dice: Random) -> float:
        """Return how long a talk takes: many short ones, a long tail, never under 8 s."""
        sigma = sqrt(log(1 + 0.8**2))
        return max(8.0, dice.lognormvariate(log(self.talk) - sigma**2 / 2, sigma))

    def patience_of(self, dice: Random) -> float:
        """Return how long somebody waits before hanging up: a few at once, the others after a while."""
        return dice.uniform(1.5, 8.0) if dice.random() < 0.04 else 6.0 + dice.expovariate(1 / self.patience)


def language_of(dice: Random) -> str:
    """Return the language that a caller wishes for; empty for Mandarin, the line's own."""
    draw = dice.random()
    for language, share in LANGUAGES.items():
        if draw < share:
            return language
        draw -= share
    return ""


def phone_of(dice: Random) -> str:
    """Return the number of somebody: of a repeated caller, a mobile or a landline."""
    if dice.random() < REPEATED:
        return f"1380000{dice.randrange(REPEATERS):04d}"
    if dice.random() < 0.08:
        return f"020{dice.randrange(30_000_000, 90_000_000)}"
    return f"1{dice.choice('35789')}{dice.randrange(10**9):09d}"
