"""How well the assistant finds the right entry, against BM25 over words, over character pairs, and both fused.

Any folder with corpus.jsonl (id and texts) and queries.jsonl (text, gold, answerable) can be measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bangban.bench.assistant.figures import Line, line, quality, speed
from bangban.bench.assistant.rankings import ask_assistant, ask_baselines
from bangban.bench.assistant.refusal import refusal
from bangban.bench.assistant.scale import scale
from bangban.bench.assistant.sets import Collection, read_collection

__all__ = ["run"]

_SCALE = 100_000


def run(*directories: Path, as_json: bool = False, entries: int = _SCALE) -> Iterator[Line]:
    """Yield the figures of each folder, then latency over `entries` entries recombined from the first one (0: none).

    LookupError when no folder is given; OSError or msgspec.DecodeError when one cannot be read.
    """
    del as_json
    if not directories:
        raise LookupError("Name a folder with corpus.jsonl and queries.jsonl: bangban bench assistant DIR")
    collections = [read_collection(Path(directory)) for directory in directories]
    for collection in collections:
        yield from _compared(collection)
        yield from refusal(collection)
    if entries:
        yield from scale(collections[0].passages, entries)


def _compared(collection: Collection) -> Iterator[Line]:
    name, questions = collection.name, collection.questions
    answerable = [asked.answerable for asked in questions]
    own = ask_assistant(collection.passages, questions)
    others = ask_baselines(collection.passages, questions)
    figures = {other: quality(result.of(answerable)) for other, result in others.items()}
    count = sum(answerable)
    for measure, value in quality(own.of(answerable)).items():
        best = max(figures, key=lambda other: figures[other][measure])
        yield line(f"{name}.{measure}", value, "share", count, (best, figures[best][measure]))
        for other, values in figures.items():
            yield line(f"{name}.{measure} {other}", values[measure], "share", count)
    for measure, value in speed(own.seconds).items():
        yield line(f"{name}.latency_{measure}", value, "ms", len(questions))
