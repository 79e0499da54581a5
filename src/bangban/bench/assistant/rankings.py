"""Every way of ranking, asked the same questions over the same entries."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from bangban.bench.assistant.baselines import BM25, fused, pairs, words
from bangban.bench.assistant.figures import Ranked
from bangban.bench.assistant.sets import Asked
from bangban.services.assistant.retrieval import Index, Passage
from bangban.services.assistant.retrieval.grams import Floats

__all__ = ["Result", "ask_assistant", "ask_baselines"]

_DEPTH = 100


class Result(msgspec.Struct):
    """What one way of ranking did: per question the place of the right entry, the best score, the seconds."""

    places: list[int | None] = msgspec.field(default_factory=list)
    tops: list[float] = msgspec.field(default_factory=list)
    seconds: list[float] = msgspec.field(default_factory=list)

    def note(self, ids: Iterable[str], gold: frozenset[str], top: float, seconds: float) -> None:
        """Take down one question."""
        self.places.append(next((place for place, id_ in enumerate(ids) if id_ in gold), None))
        self.tops.append(top)
        self.seconds.append(seconds)

    def of(self, answerable: Sequence[bool]) -> Ranked:
        """Return the places of the questions that have an answer."""
        return [place for place, has in zip(self.places, answerable, strict=True) if has]


def ask_assistant(passages: Sequence[Passage], questions: Sequence[Asked]) -> Result:
    """Return what the assistant's index finds."""
    index = Index.build(passages)
    result = Result()
    for asked in questions:
        began = time.perf_counter()
        hits = index.search(asked.text, _DEPTH)
        spent = time.perf_counter() - began
        result.note((hit.passage.id for hit in hits), asked.gold, hits[0].score if hits else 0.0, spent)
    return result


def ask_baselines(passages: Sequence[Passage], questions: Sequence[Asked]) -> dict[str, Result]:
    """Return what BM25 over words, BM25 over character pairs, and both fused by rank find."""
    texts = [f"{passage.title}\n{passage.text}" for passage in passages]
    by_words, by_pairs = BM25(texts, words), BM25(texts, pairs)
    results = {name: Result() for name in ("BM25 words", "BM25 pairs", "RRF")}
    for asked in questions:
        began = time.perf_counter()
        first = by_words.scores(asked.text)
        middle = time.perf_counter()
        second = by_pairs.scores(asked.text)
        end = time.perf_counter()
        spent = (middle - began, end - middle, end - began)
        for (name, scores), seconds in zip(
            (("BM25 words", first), ("BM25 pairs", second), ("RRF", fused(first, second))), spent, strict=True
        ):
            results[name].note(_best(passages, scores), asked.gold, float(scores.max(initial=0.0)), seconds)
    return results


def _best(passages: Sequence[Passage], scores: Floats) -> list[str]:
    order = np.argsort(-scores, kind="stable")[:_DEPTH]
    return [passages[row].id for row in order if scores[row] > 0]
