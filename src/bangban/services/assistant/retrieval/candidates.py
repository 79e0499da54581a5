"""The first, rough choice out of all passages: tantivy over words and character n-grams."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import rjieba
import tantivy
from tantivy import Occur, Query

from bangban.services.assistant.retrieval.grams import hashes
from bangban.services.assistant.retrieval.question import Question
from bangban.services.assistant.retrieval.rarity import Rarity

__all__ = ["Candidates"]

_HEAP = 128_000_000
_LEAD = 60
_TERMS = 80
"""Terms of one search: a letter has hundreds, the rarest of them decide."""

_STAND_IN_BOOST = 0.7


class Candidates:
    """An inverted index from words, characters of the heading and pairs of characters to row numbers.

    One writer at a time; searches run in any thread and see the last finished change.
    """

    def __init__(self, directory: Path | None = None) -> None:
        builder = tantivy.SchemaBuilder()
        for field, tokenizer in (("heading", "single"), ("pairs", "pair"), ("words", "blank")):
            builder.add_text_field(field, tokenizer_name=tokenizer, index_option="freq")
        builder.add_unsigned_field("row", indexed=True, fast=True)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, str(directory) if directory else None)
        for name, cut in (
            ("single", tantivy.Tokenizer.ngram(1, 1, False)),
            ("pair", tantivy.Tokenizer.ngram(2, 2, False)),
            ("blank", tantivy.Tokenizer.whitespace()),
        ):
            self._index.register_tokenizer(name, tantivy.TextAnalyzerBuilder(cut).build())
        self._writer = self._index.writer(_HEAP, 1)
        self._searcher = self._index.searcher()

    def change(self, added: Iterable[tuple[int, str, str]], removed: Iterable[int]) -> None:
        """Take in (row, normalised titles, normalised text) and drop rows; visible when this returns."""
        for row in removed:
            self._writer.delete_documents_by_term("row", row)
        for row, title, text in added:
            document = tantivy.Document()
            document.add_text("heading", title or text[:_LEAD])
            document.add_text("pairs", f"{title} {text}")
            document.add_text("words", " ".join(rjieba.cut(f"{title} {text}")))
            document.add_unsigned("row", row)
            self._writer.add_document(document)
        self._writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, question: Question, rarity: Rarity, limit: int) -> list[int]:
        """Return the rows most like the question, best first."""
        searcher = self._searcher
        clauses = _clauses(question, rarity)
        if not clauses:
            return []
        queries = [
            (Occur.Should, Query.boost_query(Query.term_query(self._schema, clause.field, clause.term, "freq"), boost))
            for clause, boost in clauses
        ]
        found = searcher.search(Query.boolean_query(queries), limit, count=False)
        rows = searcher.fast_field_values("row", [address for _, address in found.hits])
        return [int(row) for row in rows if row is not None]


class _Clause(NamedTuple):
    field: str
    term: str


def _clauses(question: Question, rarity: Rarity) -> list[tuple[_Clause, float]]:
    """Return what to look for and its boost, the most telling terms first; tantivy multiplies by its own idf."""
    wanted = _grams(question) | {_Clause("words", word): weight for word, weight in question.words.items()}
    for found in question.stand_ins:
        for other in found.words:
            for word in rjieba.cut(other):
                wanted.setdefault(_Clause("words", word), _STAND_IN_BOOST)
    rare = rarity.of_terms([clause.term for clause in wanted])
    telling = np.array(list(wanted.values())) * rare
    clauses = list(wanted)
    best = np.argsort(-telling, kind="stable")[:_TERMS]
    return [(clauses[at], float(telling[at]) if question.is_letter else wanted[clauses[at]]) for at in best]


def _grams(question: Question) -> dict[_Clause, float]:
    fields = ((2, "pairs"),) if question.is_letter else ((1, "heading"), (2, "pairs"))
    grams: dict[_Clause, float] = {}
    for order, field in fields:
        emphasis = np.convolve(question.weights, np.ones(order) / order, "valid")
        for at in np.flatnonzero(hashes(question.codes, order)):
            clause = _Clause(field, question.text[at : at + order])
            grams[clause] = grams.get(clause, 0.0) + float(emphasis[at])
    return grams
