"""Which wording of a passage, its title or a similar question, fits a question best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bangban.services.assistant.retrieval.grams import NO_GRAM, Floats, encode, hashes
from bangban.services.assistant.retrieval.question import Question
from bangban.services.assistant.retrieval.rarity import Rarity

__all__ = ["best_wordings"]

_ORDERS = (1, 2)
_TINY = 1e-9


def best_wordings(question: Question, wordings: Sequence[Sequence[str]], rarity: Rarity) -> list[int]:
    """Return, for each passage's list of normalised wordings, the place of the one nearest to the question."""
    several = [place for place, own in enumerate(wordings) if len(own) > 1]
    chosen = [0] * len(wordings)
    if several:
        scores = _likeness(question, [wording for place in several for wording in wordings[place]], rarity)
        start = 0
        for place in several:
            end = start + len(wordings[place])
            chosen[place] = int(np.argmax(scores[start:end]))
            start = end
    return chosen


def _likeness(question: Question, wordings: Sequence[str], rarity: Rarity) -> Floats:
    """Return the rarity-weighted cosine between the question's and each wording's characters and pairs."""
    codes = encode(" ".join(wordings) + " ")
    owner = np.repeat(np.arange(len(wordings)), [len(wording) + 1 for wording in wordings])
    score = np.zeros(len(wordings))
    for order in _ORDERS:
        asked = np.unique(hashes(question.codes, order))
        asked = asked[asked != NO_GRAM]
        written = hashes(codes, order)
        rare = np.where(written == NO_GRAM, 0.0, rarity.of(order, written)) ** 2
        shared = np.bincount(owner, rare * np.isin(written, asked), minlength=len(wordings))
        length = np.sqrt(np.bincount(owner, rare, minlength=len(wordings)) * (rarity.of(order, asked) ** 2).sum())
        score += shared / (length + _TINY)
    return score
