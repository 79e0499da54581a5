"""How well each candidate answers a question, in a dozen measures between 0 and 1.

Measures marked 1, 2, 3 look at single characters, pairs and triples; `w` at words. `share` measures are divided by what
a perfect entry would reach, so that they mean the same for every question.
"""

from __future__ import annotations

import numpy as np

from bangban.services.assistant.retrieval import matches
from bangban.services.assistant.retrieval.grams import ORDERS, Floats, Ints
from bangban.services.assistant.retrieval.matches import STAND_IN_WEIGHT, Matches
from bangban.services.assistant.retrieval.question import Question
from bangban.services.assistant.retrieval.rarity import Rarity
from bangban.services.assistant.retrieval.sheet import Sheet

__all__ = ["MEASURES", "measure"]

MEASURES = (
    "frequency1",
    "title1",
    "title_reverse1",
    "reverse1",
    "window1",
    "frequency2",
    "frequency2_rare",
    "reverse2",
    "window2",
    "run2",
    "frequency3",
    "coverage3",
    "frequency_w",
    "frequency_w_rare",
)

_TITLE_GAIN = 4.0
_SATURATION = {1: 4.0, 2: 1.2, 3: 1.2}
_LENGTH_PENALTY = {1: 0.95, 2: 0.92, 3: 0.92}
_TITLE_PENALTY = 0.5
_WINDOW = 60
_STEP = 15
_LEAD = 60
_WORDS = 40
_TINY = 1e-9


def measure(question: Question, sheet: Sheet, rarity: Rarity) -> Floats:
    """Return one row per candidate, one column per name in MEASURES."""
    found = dict.fromkeys(MEASURES, np.zeros(sheet.size))
    places = matches.places_of_stand_ins(question, sheet)
    for order in ORDERS:
        matched = matches.find(order, question, sheet, places, rarity)
        if matched is not None:
            found.update(_by_characters(matched, sheet))
    found.update(_by_words(question, sheet, rarity))
    return np.stack([found[name] for name in MEASURES], axis=1)


def _by_characters(matched: Matches, sheet: Sheet) -> dict[str, Floats]:
    order, weights = matched.order, matched.weights
    counts = _counts(matched, sheet.field[matched.positions], 2 * sheet.size).reshape(sheet.size, 2, len(weights))
    in_title, in_text = counts[:, 0], counts[:, 1]
    total = weights.sum() + _TINY
    saturated = _saturate(in_title, in_text, sheet, order)
    found = {f"frequency{order}": saturated @ weights / total}
    if order == 3:
        found["coverage3"] = np.minimum(in_title + in_text, 1.0) @ weights / total
        return found
    title_reverse, found[f"reverse{order}"] = _covered_shares(matched, sheet)
    found[f"window{order}"] = _best_window(matched, sheet, np.minimum(in_title, 1.0))
    if order == 1:
        found["title1"] = np.minimum(in_title, 1.0) @ weights / total
        found["title_reverse1"] = title_reverse
    else:
        rare = weights * matched.rare
        found["frequency2_rare"] = saturated @ rare / (rare.sum() + _TINY)
        found["run2"] = _longest_run(matched, sheet)
    return found


def _counts(matched: Matches, rows: Ints, size: int, chosen: Ints | slice = slice(None)) -> Floats:
    """Return how often each n-gram of the question stands in each row; synonyms count for a part."""
    kinds = len(matched.weights)
    keys = rows * kinds + matched.terms[chosen]
    counts = np.bincount(keys, matched.shares[chosen], minlength=size * kinds)
    return counts.astype(np.float64, copy=False).reshape(size, kinds)


def _saturate(in_title: Floats, in_text: Floats, sheet: Sheet, order: int) -> Floats:
    """Weigh fields and lengths as BM25F does: title first, long texts less, each repetition adding less."""
    penalty = _LENGTH_PENALTY[order]
    title = in_title * (_TITLE_GAIN / (1 - _TITLE_PENALTY + _TITLE_PENALTY * sheet.title_lengths))[:, None]
    weighed = title + in_text / (1 - penalty + penalty * sheet.text_lengths)[:, None]
    saturated: Floats = weighed / (weighed + _SATURATION[order])
    return saturated


def _covered_shares(matched: Matches, sheet: Sheet) -> tuple[Floats, Floats]:
    """Return how much of each title, and of each text, the question speaks of, rare n-grams counting more."""
    whole = np.bincount(sheet.field, matched.rarity, minlength=2 * sheet.size)
    covered = np.bincount(sheet.field, matched.rarity * matched.covered, minlength=2 * sheet.size)
    shares = covered / np.maximum(whole, _TINY)
    return shares[0::2], shares[1::2]


def _best_window(matched: Matches, sheet: Sheet, in_title: Floats) -> Floats:
    """Return the best share of the question said by title, opening and one stretch of the text together."""
    field = sheet.field[matched.positions]
    within = sheet.within[matched.positions]
    opening = np.flatnonzero((field % 2 == 1) & (within < _LEAD))
    head = np.maximum(in_title, np.minimum(_counts(matched, field[opening] // 2, sheet.size, opening), 1.0))
    total = matched.weights.sum() + _TINY
    best: Floats = head @ matched.weights / total
    inside = np.flatnonzero(field % 2 == 1)
    for shift in range(0, _WINDOW, _STEP):
        window = (within[inside] + shift) // _WINDOW
        per_passage = int(window.max(initial=0)) + 1
        keys, row = np.unique(field[inside] // 2 * per_passage + window, return_inverse=True)
        if len(keys):
            owner = keys // per_passage
            said = np.maximum(np.minimum(_counts(matched, row, len(keys), inside), 1.0), head[owner])
            np.maximum.at(best, owner, said @ matched.weights / total)
    return best


def _longest_run(matched: Matches, sheet: Sheet) -> Floats:
    """Return the root of the share that the longest word-for-word stretch of the question makes up."""
    longest = np.zeros(sheet.size)
    positions, terms = matched.positions[: matched.plain], matched.terms[: matched.plain]
    if len(positions):
        asked = matched.first[terms]
        breaks = np.concatenate([[True], (np.diff(positions) != 1) | (np.diff(asked) != 1)])
        sums = np.bincount(np.cumsum(breaks) - 1, matched.weights[terms])
        np.maximum.at(longest, sheet.field[positions[breaks]] // 2, sums)
    share: Floats = np.sqrt(longest / (matched.weights.sum() + _TINY))
    return share


def _by_words(question: Question, sheet: Sheet, rarity: Rarity) -> dict[str, Floats]:
    rare = dict(zip(question.words, rarity.of_terms(list(question.words)), strict=True))
    words = sorted(rare, key=lambda word: rare[word] * question.words[word], reverse=True)[:_WORDS]
    if not words:
        return {}
    counts = np.array([[part.count(word) for part in sheet.parts] for word in words], np.float64)
    for row, word in enumerate(words):
        for other in _stand_ins_of(word, question):
            also = np.array([other in part for part in sheet.parts]) * STAND_IN_WEIGHT
            counts[row] = np.maximum(counts[row], also)
    said = _saturate(counts[:, 0::2].T, counts[:, 1::2].T, sheet, 2)
    times = np.array([question.words[word] for word in words])
    special = np.array([rare[word] for word in words])
    weights = special * times * (matches.REPEATS + 1) / (times + matches.REPEATS)
    return {
        "frequency_w": said @ weights / (weights.sum() + _TINY),
        "frequency_w_rare": said @ (weights * special) / ((weights * special).sum() + _TINY),
    }


def _stand_ins_of(word: str, question: Question) -> set[str]:
    spans = ((question.text[found.start : found.end], found.words) for found in question.stand_ins)
    return {other for span, words in spans if word in span or span in word for other in words}
