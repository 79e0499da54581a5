"""Pure rules of matters: when one opens, what it is called, how hot it is, whether it rises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2

from bangban.services.matters.words import common_terms, name_parts, normalise

AT_LEAST, WITHIN_DAYS = 3, 30
"""The third similar order within thirty days opens a matter, until the hotline sets it otherwise (GB33358-5.2.3.1-b)."""

FADES_AFTER = timedelta(days=60)
"""A matter that nobody confirmed ends by itself when nothing new was told for so long."""

HALVES_AFTER = timedelta(days=7)
MOST_WORDS, MOST_PLACES = 8, 4


@dataclass(frozen=True)
class Words:
    """What several messages share, most shared first."""

    title: str
    words: tuple[str, ...]
    places: tuple[str, ...]


def shared_words(messages: Sequence[tuple[str, str]]) -> Words:
    """Name a group by what at least half of its messages, and never fewer than two, share; each is (title and place, text).

    A word of only one message never shows, so a matter tells nothing about one person.
    """
    enough = max(2, (len(messages) + 1) // 2)
    places: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for head, text in messages:
        named, said = name_parts(f"{head} {text}")
        places.update(set(named))
        words.update(set(said))
    where = [name for name, times in _ranked(places) if times >= enough][:MOST_PLACES]
    inside = normalise("".join(where))
    what = [
        word for word, times in _ranked(words) if times >= enough and word not in common_terms() and word not in inside
    ][:MOST_WORDS]
    title = "".join(where[:1]) + ("：" if where and what else "") + "、".join(what[:4])
    return Words(title or "多人反映的同类事项", tuple(what), tuple(where))


def _ranked(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1], -len(pair[0]), pair[0]))


def heat(moments: Sequence[datetime], tellers: int, at: datetime, votes: int = 0) -> float:
    """Return how hot a matter is: orders weigh half after each week, tellers and votes lift it.

    Two equal crowds are as hot; a crowd of one teller is cooler than one of many.
    """
    weight = sum(0.5 ** (max(at - moment, timedelta()) / HALVES_AFTER) for moment in moments)
    return float(weight * (1 + log2(1 + max(tellers, 1))) + log2(1 + max(votes, 0)))


def trend(moments: Sequence[datetime], at: datetime) -> str:
    """Return "rising", "steady" or "falling": the last seven days against the seven before."""
    week = timedelta(days=7)
    late = sum(at - week < moment <= at for moment in moments)
    early = sum(at - 2 * week < moment <= at - week for moment in moments)
    if late > early:
        return "rising"
    return "falling" if late < early else "steady"
