"""What every matcher offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class MatcherAway(Exception):
    """The authority cannot be asked now; nothing is known either way."""


@dataclass(frozen=True)
class Answer:
    """What a source says: they belong together, they do not, or (None) it does not know this number."""

    matched: bool | None
    source: str
    level: int = 3


class Matcher(Protocol):
    """One source of truth about identities."""

    def match(self, name: str, id_type: str, number: str) -> Answer:
        """Compare name and number; raises MatcherAway."""
