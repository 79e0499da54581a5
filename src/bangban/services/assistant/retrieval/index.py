"""The engine of the assistant: rough choice by tantivy, then a close look at the best candidates."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from bangban.services.assistant.retrieval.candidates import Candidates
from bangban.services.assistant.retrieval.features import MEASURES, measure
from bangban.services.assistant.retrieval.grams import Floats
from bangban.services.assistant.retrieval.model import Model, load
from bangban.services.assistant.retrieval.normal import normalise
from bangban.services.assistant.retrieval.passage import Accept, Hit, Passage
from bangban.services.assistant.retrieval.question import Question, analyse
from bangban.services.assistant.retrieval.rarity import Rarity
from bangban.services.assistant.retrieval.sheet import lay_out
from bangban.services.assistant.retrieval.wordings import best_wordings

__all__ = ["CANDIDATES", "Entry", "Index"]

CANDIDATES = 60
"""Passages looked at closely for one question."""

_READ = 12_000
"""Characters of one text that are looked at closely."""

_READ_TOGETHER = 100_000
"""Characters of all candidates together, so that very long texts cannot slow a search down."""


class Entry(NamedTuple):
    """A passage with its wordings (title first), as written and normalised, and its normalised text.

    Where there are several wordings the text holds all of them: what only another wording says counts, too.
    """

    passage: Passage
    written: tuple[str, ...]
    wordings: tuple[str, ...]
    text: str

    @property
    def whole(self) -> str:
        """Return everything that is searched, title and text."""
        return " ".join((*self.wordings, self.text))


def entry_of(passage: Passage) -> Entry:
    """Return the passage prepared for searching."""
    wordings = {normalise(wording): wording for wording in reversed((passage.title, *passage.similar))}
    wordings = {key: wordings[key] for key in reversed(wordings) if key} or {"": passage.title}
    others = wordings if len(wordings) > 1 else ()
    beside = " ".join((passage.text, passage.unit, passage.region, *passage.keywords, *others))
    return Entry(passage, tuple(wordings.values()), tuple(wordings), normalise(beside))


class Index:
    """A `Retriever` in memory, or with its inverted index in a directory. Safe for searches in many threads."""

    def __init__(self, directory: Path | None = None, model: Model | None = None) -> None:
        self._model = model or load()
        self._candidates = Candidates(directory)
        self._rarity = Rarity()
        self._entries: dict[int, Entry] = {}
        self._rows: dict[str, int] = {}
        self._next_row = 0
        self._title_characters = 0
        self._text_characters = 0
        self._writing = threading.Lock()

    @classmethod
    def build(cls, passages: Iterable[Passage], directory: Path | None = None) -> Self:
        """Return an index of the passages; a directory must be empty or new."""
        index = cls(directory)
        index.add(passages)
        return index

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, passages: Iterable[Passage]) -> None:
        """Take passages in, replacing those with the same id; visible when this returns."""
        latest = {passage.id: passage for passage in passages}
        with self._writing:
            self._change([entry_of(passage) for passage in latest.values()], latest)

    def remove(self, ids: Iterable[str]) -> None:
        """Forget passages; they are never returned again once this returns."""
        with self._writing:
            self._change([], ids)

    def _change(self, entries: Sequence[Entry], outdated: Iterable[str]) -> None:
        gone = [row for row in (self._rows.pop(id_, None) for id_ in outdated) if row is not None]
        dropped = [self._entries.pop(row) for row in gone]
        rows = range(self._next_row, self._next_row + len(entries))
        self._next_row += len(entries)
        self._entries.update(zip(rows, entries, strict=True))
        self._rows.update((entry.passage.id, row) for row, entry in zip(rows, entries, strict=True))
        for sign, changed in ((-1, dropped), (1, entries)):
            self._rarity.count([entry.whole for entry in changed], sign)
            self._title_characters += sign * sum(len(entry.wordings[0]) for entry in changed)
            self._text_characters += sign * sum(len(entry.text) for entry in changed)
        lines = ((row, " ".join(entry.wordings), entry.text) for row, entry in zip(rows, entries, strict=True))
        self._candidates.change(lines, gone)

    def search(self, query: str, limit: int = 10, *, accept: Accept | None = None) -> list[Hit]:
        """Return the best passages first. Any text is a valid query; one without letters or digits finds nothing."""
        question = analyse(query)
        entries = self.candidates(question, accept) if question.text else []
        if not entries:
            return []
        measures, wordings = self.measures(question, entries)
        scores, order = self._model.rank(measures, len(question.text))
        parts = measures * self._model.weights(len(question.text))
        return [
            Hit(
                passage=entries[at].passage,
                score=float(scores[at]),
                matched=entries[at].written[wordings[at]],
                parts=dict(zip(MEASURES, map(float, parts[at]), strict=True)),
            )
            for at in order[:limit]
        ]

    def candidates(self, question: Question, accept: Accept | None = None) -> list[Entry]:
        """Return the entries worth a close look, likeliest first."""
        wanted = CANDIDATES if accept is None else 4 * CANDIDATES
        rows = self._candidates.search(question, self._rarity, wanted)
        known = (self._entries.get(row) for row in rows)
        chosen: list[Entry] = []
        size = 0
        for entry in known:
            if entry is None or (accept and not accept(entry.passage)):
                continue
            size += min(len(entry.text), _READ)
            if chosen and (size > _READ_TOGETHER or len(chosen) == CANDIDATES):
                break
            chosen.append(entry)
        return chosen

    def measures(self, question: Question, entries: Sequence[Entry]) -> tuple[Floats, list[int]]:
        """Return the measures of some entries for a question, and the place of the wording that was compared."""
        places = best_wordings(question, [entry.wordings for entry in entries], self._rarity)
        titles = [entry.wordings[place] for entry, place in zip(entries, places, strict=True)]
        count = max(len(self._rows), 1)
        sheet = lay_out(
            titles,
            [entry.text[:_READ] for entry in entries],
            self._title_characters / count,
            self._text_characters / count,
        )
        return measure(question, sheet, self._rarity), places
