"""The first, rough choice out of all passages: tantivy over words and character n-grams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

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
        for name, tokenizer in (
            ("single", tantivy.Tokenizer.ngram(1, 1, False)),
            ("pair", tantivy.Tokenizer.ngram(2, 2, False)),
            ("blank", tantivy.Tokenizer.whitespace()),
        ):
            self._index.register_tokenizer(name, tantivy.TextAnalyzerBuilder(tokenizer).build())
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
        clauses = sorted(self._clauses(question, rarity), key=lambda clause: clause[0], reverse=True)[:_TERMS]
        if not clauses:
            return []
        queries = [
            (Occur.Should, Query.boost_query(Query.term_query(self._schema, field, term, "freq"), boost))
            for _, field, term, boost in clauses
        ]
        found = searcher.search(Query.boolean_query(queries), limit, count=False)
        rows = searcher.fast_field_values("row", [address for _, address in found.hits])
        return [int(row) for row in rows if row is not None]

    def _clauses(self, question: Question, rarity: Rarity) -> Iterator[tuple[float, str, str, float]]:
        """Yield (importance, field, term, boost); tantivy multiplies the boost by its own idf."""
        text, weights = question.text, question.weights
        for order, field in ((1, "heading"), (2, "pairs")):
            if field == "heading" and question.is_letter:
                continue
            boosts: dict[str, float] = {}
            for at, number in enumerate(hashes(question.codes, order)):
                if number:
                    gram = text[at : at + order]
                    boosts[gram] = boosts.get(gram, 0.0) + float(weights[at : at + order].mean())
            yield from self._weighed(field, boosts, question, rarity)
        yield from self._weighed("words", question.words, question, rarity)
        stand_ins = {word for found in question.stand_ins for other in found.words for word in rjieba.cut(other)}
        yield from self._weighed("words", dict.fromkeys(stand_ins, _STAND_IN_BOOST), question, rarity)

    def _weighed(
        self, field: str, boosts: dict[str, float], question: Question, rarity: Rarity
    ) -> Iterator[tuple[float, str, str, float]]:
        for term, boost in boosts.items():
            rare = rarity.of_term(term)
            yield boost * rare, field, term, boost * rare if question.is_letter else boost
