"""Which words of a question an entry speaks of: what nothing shown shares with the question is not asked back about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bangban.services.assistant.retrieval import Hit, Passage
from bangban.services.assistant.retrieval.normal import normalise
from bangban.services.assistant.retrieval.question import analyse

__all__ = ["is_foreign", "is_noise", "lacks_the_office", "lacks_what_another_has", "names_one_word", "shares_a_word"]

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_OFFICE = re.compile(r"[\u4e00-\u9fff]+(?:所|局|厅|院|馆|站|署|大队|支队|银行)$")
_LATIN = re.compile(r"[a-z]")
_WORD = re.compile(r"[a-z0-9]+")
_LONG_ENOUGH = 3
"""Letters of a foreign word that say something."""

_REPEATED = 2
_CLOSE = 0.1
"""What another candidate must reach of the best one's chance for its words to count."""

_OTHERS = 2


def is_noise(message: str) -> bool:
    """Say whether a message is no question whatever the entries hold: one sign, digits, the same over and over."""
    plain = normalise(message).replace(" ", "")
    if not plain or plain.isdigit() or len(plain) == 1:
        return True
    return len(plain) > _REPEATED and len(set(plain)) == 1


def is_foreign(message: str) -> bool:
    """Say whether a message is mainly written in Latin letters, where likeness of letters says little."""
    plain = normalise(message)
    return len(_LATIN.findall(plain)) > 2 * len(_CHINESE.findall(plain))


def shares_a_word(question: str, hit: Hit) -> bool:
    """Say whether an entry holds one word of the question, or what stands in for it."""
    foreign, chinese = _words_of(question)
    whole = _whole(hit.passage)
    return any(word in whole for group in chinese for word in group) or bool(foreign & set(_WORD.findall(whole)))


def lacks_the_office(question: str, hit: Hit) -> bool:
    """Say whether the question names an office that an entry does not know: its hours and numbers are not the answer.

    “派出所上班时间” is not answered with the hours of somebody else.
    """
    whole = _whole(hit.passage)
    named = [group for group in _words_of(question)[1] if _OFFICE.match(group[0])]
    return any(not any(word in whole for word in group) for group in named)


def names_one_word(question: str) -> bool:
    """Say whether a question holds no more than one word that carries a matter, as “办居住证” does."""
    foreign, chinese = _words_of(question)
    return len(foreign) + len(chinese) <= 1


def lacks_what_another_has(question: str, hits: Sequence[Hit]) -> bool:
    """Say whether a word of the question is missing in the best entry while the wording of a next one holds it.

    “澳门人的居住证在哪办” is better asked back than answered with the entry for everybody.
    """
    best, others = hits[0], [hit for hit in hits[1 : 1 + _OTHERS] if hit.score >= _CLOSE * hits[0].score]
    if not others:
        return False
    whole = _whole(best.passage)
    elsewhere = " ".join(_wordings(other.passage) for other in others)
    missing = (group for group in _words_of(question)[1] if not any(word in whole for word in group))
    return any(word in elsewhere for group in missing for word in group)


@lru_cache(maxsize=16)
def _words_of(question: str) -> tuple[frozenset[str], tuple[tuple[str, ...], ...]]:
    """Return the foreign words, and for each Chinese one that carries a matter the words that may stand for it."""
    asked = analyse(question)
    stand_ins = [(asked.text[found.start : found.end], found.words) for found in asked.stand_ins]
    groups = []
    for word, weight in asked.words.items():
        if weight >= 1 and _CHINESE.search(word):
            others = (other for span, words in stand_ins if span in word or word in span for other in words)
            groups.append((word, *others))
    groups += [words for span, words in stand_ins if span not in asked.words]
    foreign = frozenset(word for word in _WORD.findall(asked.text) if len(word) >= _LONG_ENOUGH)
    return foreign, tuple(groups)


@lru_cache(maxsize=4096)
def _whole(passage: Passage) -> str:
    beside = (passage.text, passage.unit, passage.region, *passage.keywords)
    return f"{_wordings(passage)} {normalise(' '.join(beside))}"


@lru_cache(maxsize=4096)
def _wordings(passage: Passage) -> str:
    return normalise(" ".join((passage.title, *passage.similar)))
