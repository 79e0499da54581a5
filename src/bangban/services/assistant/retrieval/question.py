"""A question taken apart: which characters matter, which words it holds, what may stand in their place."""

from __future__ import annotations

import re
from functools import cache

import msgspec
import numpy as np
import rjieba

from bangban.services.assistant.retrieval.grams import Codes, Floats, encode
from bangban.services.assistant.retrieval.normal import normalise
from bangban.services.assistant.retrieval.synonyms import StandIn, stand_ins
from bangban.services.assistant.retrieval.tables import lines

__all__ = ["LONGEST", "Question", "analyse"]

LONGEST = 800
"""Characters of a question that are read; what a letter is about is said by then."""

LETTER = 60
"""Above this many characters a question is a letter: everyday synonyms there add noise, its beginning tells most."""

ASKING_WEIGHT = 0.3
_OPENING = 30


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is searched for.

    `text` is normalised; `weights` holds one number per character of `text` plus one, `words` the weight of each
    word of two or more characters, `stand_ins` what entries may say instead.
    """

    text: str
    codes: Codes
    weights: Floats
    words: dict[str, float]
    stand_ins: list[StandIn]

    @property
    def is_letter(self) -> bool:
        """Say whether this is a long message rather than a question."""
        return len(self.text) > LETTER


@cache
def _asking() -> re.Pattern[str]:
    phrases = {normalise(phrase) for line in lines("phrases.txt") for phrase in line.split()}
    return re.compile("|".join(map(re.escape, sorted(phrases, key=len, reverse=True))))


def analyse(raw: str) -> Question:
    """Return the question taken apart; an empty `text` when nothing searchable was written."""
    text = normalise(raw[: 4 * LONGEST])[:LONGEST].strip()
    weights = np.ones(len(text) + 1)
    for match in _asking().finditer(text):
        weights[match.start() : match.end()] = ASKING_WEIGHT
    if len(text) > LETTER:
        weights *= 1 + np.exp(-np.arange(len(weights)) / _OPENING)
    words: dict[str, float] = {}
    for word in rjieba.cut(text):
        if len(word) > 1 and not word.isspace():
            words[word] = words.get(word, 0.0) + (ASKING_WEIGHT if _asking().fullmatch(word) else 1.0)
    return Question(
        text=text,
        codes=encode(text + " "),
        weights=weights,
        words=words,
        stand_ins=stand_ins(text) if len(text) <= LETTER else [],
    )
