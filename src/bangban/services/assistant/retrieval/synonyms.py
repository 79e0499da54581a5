"""What citizens call things, and what the guides call them (synonyms.txt)."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from bangban.services.assistant.retrieval.normal import normalise
from bangban.services.assistant.retrieval.tables import lines

__all__ = ["StandIn", "stand_ins"]


class StandIn(NamedTuple):
    """A stretch of the question and the words that may stand in an entry instead of it."""

    start: int
    end: int
    words: tuple[str, ...]


@cache
def _alternatives() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for line in lines("synonyms.txt"):
        left, arrow, right = line.partition(">")
        asked = [normalise(word) for word in left.split()]
        written = [normalise(word) for word in right.split()] if arrow else asked
        for word in asked:
            others = (other for other in written if other != word and len(other) > 1)
            found.setdefault(word, {}).update(dict.fromkeys(others))
    return {word: tuple(others) for word, others in found.items() if others and len(word) > 1}


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(_alternatives(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def stand_ins(question: str) -> list[StandIn]:
    """Return the stretches of a normalised question that entries may word differently, from left to right."""
    found = []
    for match in _pattern().finditer(question):
        words = tuple(word for word in _alternatives()[match.group()] if word not in question)
        if words:
            found.append(StandIn(match.start(), match.end(), words))
    return found
