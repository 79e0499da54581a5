"""Where the n-grams of a question stand in the candidates."""

from __future__ import annotations

import threading
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bangban.services.assistant.retrieval.grams import BUCKETS, NO_GRAM, Floats, Ints, hashes
from bangban.services.assistant.retrieval.question import Question
from bangban.services.assistant.retrieval.rarity import Rarity
from bangban.services.assistant.retrieval.sheet import Sheet

__all__ = ["REPEATS", "STAND_IN_WEIGHT", "Matches", "Places", "find", "places_of_stand_ins"]

RARITY_WANTED = (1, 2)
"""Orders whose rarity is looked up for every character of the sheet."""

STAND_IN_WEIGHT = 0.7
"""What a synonym counts for, against the person's own word."""

REPEATS = 8.0
"""How soon a repetition in the question stops counting."""


class Places(NamedTuple):
    """Where synonyms stand in the sheet: position, length, and which stand-in of the question each is."""

    positions: list[int]
    lengths: list[int]
    owners: list[int]


class Matches(NamedTuple):
    """One order of n-grams, question against sheet.

    `rare` and `weights` are per distinct n-gram of the question (idf; idf times weight in the question), `first` its
    place there. `positions`, `terms` and `shares` list each match, those by synonyms after the first `plain` ones.
    `begins`, `covered` and `rarity` are per character of the sheet: an n-gram begins here, it is in the question too,
    and how rare it is (empty for orders outside RARITY_WANTED).
    """

    order: int
    rare: Floats
    weights: Floats
    first: Ints
    positions: Ints
    terms: Ints
    shares: Floats
    plain: int
    covered: NDArray[np.bool_]
    rarity: Floats


class _Scratch(threading.local):
    """A table from n-gram to its place in the question, one per thread, all zero between uses."""

    def __init__(self) -> None:
        self.table = np.zeros(BUCKETS, np.int32)


_scratch = _Scratch()


def places_of_stand_ins(question: Question, sheet: Sheet) -> Places:
    """Return where words that may stand for words of the question are written."""
    places = Places([], [], [])
    for owner, stand_in in enumerate(question.stand_ins):
        for word in stand_in.words:
            at = sheet.joined.find(word)
            while at >= 0:
                places.positions.append(at)
                places.lengths.append(len(word))
                places.owners.append(owner)
                at = sheet.joined.find(word, at + 1)
    return places


def find(order: int, question: Question, sheet: Sheet, places: Places, rarity: Rarity) -> Matches | None:
    """Return the matches of one order, None when the question has no n-gram of it."""
    asked = hashes(question.codes, order)
    where = np.flatnonzero(asked)
    if not len(where):
        return None
    emphasis = np.convolve(question.weights, np.ones(order) / order, "valid")[where]
    grams, first, term_at = np.unique(asked[where], return_index=True, return_inverse=True)
    times = np.bincount(term_at, emphasis)
    rare = rarity.of(order, grams)
    written = hashes(sheet.codes, order)
    _scratch.table[grams] = np.arange(1, len(grams) + 1)
    term_of = _scratch.table[written] - 1
    _scratch.table[grams] = 0
    positions = np.flatnonzero(term_of >= 0)
    terms = term_of[positions].astype(np.int64)
    covered = term_of >= 0
    extra_positions, extra_terms = _stand_in_matches(order, question, places, where, term_at)
    for at, length in zip(places.positions, places.lengths, strict=True):
        covered[at : at + length] = True
    return Matches(
        order=order,
        rare=rare,
        weights=rare * times * (REPEATS + 1) / (times + REPEATS),
        first=where[first],
        positions=np.concatenate([positions, extra_positions]),
        terms=np.concatenate([terms, extra_terms]),
        shares=np.concatenate([np.ones(len(positions)), np.full(len(extra_positions), STAND_IN_WEIGHT)]),
        plain=len(positions),
        covered=covered,
        rarity=rarity.of(order, written) * (written != NO_GRAM) if order in RARITY_WANTED else np.zeros(0),
    )


def _stand_in_matches(order: int, question: Question, places: Places, where: Ints, term_at: Ints) -> tuple[Ints, Ints]:
    """Count a synonym as if the person's own word stood there: all its n-grams, at the synonym's first character."""
    inside = [term_at[(where >= stand_in.start) & (where + order <= stand_in.end)] for stand_in in question.stand_ins]
    if not places.positions:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    terms = [inside[owner] for owner in places.owners]
    return np.repeat(places.positions, [len(found) for found in terms]), np.concatenate(terms).astype(np.int64)
