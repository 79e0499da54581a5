"""Which figures are not told to everybody, pure: those of few, and those from which with others one of few could be taken (GB33358-6.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bangban.oversight.appraisal.terms import FEWEST


@dataclass(frozen=True)
class Told:
    """A figure of one unit that everybody was told: its days, both counted, and on how many answers or orders it rests."""

    first: date
    last: date
    whole: float

    def within(self, other: Told) -> bool:
        """Tell whether the days lie inside those of a longer period."""
        return other.first <= self.first and self.last <= other.last and self != other


def of_few(whole: float) -> bool:
    """Tell whether a figure rests on so few that it is not told; where nobody was asked there is nobody to protect."""
    return 0 < whole < FEWEST


def leaves_few(told: Sequence[Told]) -> bool:
    """Tell whether somebody who subtracts from a period the shorter ones inside it is left with a figure of few.

    Months, quarters and years lie inside each other or apart. So all that sums and differences can tell is what each
    period leaves when everything told inside it is taken away: no other combination tells of less than these.
    """
    return any(of_few(abs(one.whole - sum(part.whole for part in _largest_within(one, told)))) for one in told)


def _largest_within(whole: Told, told: Sequence[Told]) -> list[Told]:
    inside = [one for one in told if one.within(whole)]
    return [one for one in inside if not any(one.within(other) for other in inside)]
