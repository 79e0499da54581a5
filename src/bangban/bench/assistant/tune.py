"""Finding the numbers of weights.json, and what they are worth on a set they have never seen.

Each folder is left out once: weights are learnt on the others and measured on it. The file gets the weights learnt on
all folders. Only numbers leave this module, no text of the folders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from bangban.bench.assistant.figures import Line, Ranked, auc, line, quality
from bangban.bench.assistant.learning import Examples, learn_chance, learn_order
from bangban.bench.assistant.sets import Collection, read_collection
from bangban.services.assistant.retrieval.features import MEASURES
from bangban.services.assistant.retrieval.grams import Floats
from bangban.services.assistant.retrieval.index import CANDIDATES, Index
from bangban.services.assistant.retrieval.model import EVIDENCE, Model, evidence, length_factor
from bangban.services.assistant.retrieval.question import analyse

__all__ = ["tune"]

_RIDGE_ORDER = 3e-3
_RIDGE_CHANCE = 1e-3
_ABSENT = 0.12
"""Share of questions without an entry that the chance is set to."""


def tune(directories: Sequence[Path], target: Path) -> Iterator[Line]:
    """Write the weights learnt on all folders to a file; yield what weights learnt without a folder reach on it."""
    sets = {path.name: _examples(read_collection(path)) for path in directories}
    for name, held_out in sets.items():
        rest = [examples for other, examples in sets.items() if other != name]
        if rest:
            yield from _worth(name, held_out, _learn(rest, {}))
    model = _learn(
        list(sets.values()),
        {
            "method": "listwise softmax, non-negative, each set counting the same; logistic regression for the chance",
            "ridge": f"{_RIDGE_ORDER} for the order, {_RIDGE_CHANCE} for the chance",
            "sets": ", ".join(f"{name} ({len(examples.lengths)} questions)" for name, examples in sets.items()),
            "again": "python -m bangban.bench.assistant DIR... --tune FILE",
        },
    )
    target.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=2) + b"\n")


def _examples(collection: Collection) -> Examples:
    index = Index.build(collection.passages)
    asked = [question for question in collection.questions if question.answerable]
    measures = np.zeros((len(asked), CANDIDATES, len(MEASURES)))
    right = np.zeros((len(asked), CANDIDATES), bool)
    there = np.zeros((len(asked), CANDIDATES), bool)
    lengths = np.zeros(len(asked))
    for row, each in enumerate(asked):
        question = analyse(each.text)
        entries = index.candidates(question)
        lengths[row] = len(question.text)
        if entries:
            measures[row, : len(entries)] = index.measures(question, entries)[0]
            right[row, : len(entries)] = [entry.passage.id in each.gold for entry in entries]
            there[row, : len(entries)] = True
    return Examples(measures, right, there, lengths)


def _learn(sets: Sequence[Examples], found: dict[str, str]) -> Model:
    weights = learn_order([_with_lengths(examples) for examples in sets], _RIDGE_ORDER)
    base = dict(zip(MEASURES, map(_short, weights[: len(MEASURES)]), strict=True))
    by_length = dict(zip(MEASURES, map(_short, weights[len(MEASURES) :]), strict=True))
    model = Model(base=base, by_length=by_length, chance=dict.fromkeys(EVIDENCE, 0.0), found=found)
    chance = _learn_chance(sets, model)
    return msgspec.structs.replace(model, chance=dict(zip(EVIDENCE, map(_short, chance), strict=True)))


def _short(number: float) -> float:
    return round(float(number), 3)


def _with_lengths(examples: Examples) -> Examples:
    factors = np.array([length_factor(int(length)) for length in examples.lengths])[:, None, None]
    both = np.concatenate([examples.measures, examples.measures * factors], axis=2)
    return msgspec.structs.replace(examples, measures=both)


def _learn_chance(sets: Sequence[Examples], model: Model) -> Floats:
    """Learn to tell whether the entry is there, then set the scale so that it is the chance of being right."""
    seen = [_evidence(examples, model) for examples in sets]
    present = np.concatenate([with_entry[found] for with_entry, _, found, _ in seen])
    absent = np.concatenate([without[found] for _, without, found, _ in seen])
    equal = np.concatenate([np.full(found.sum(), 1 / (found.sum() * len(sets))) for _, _, found, _ in seen])
    direction = learn_chance(
        np.concatenate([present, absent]),
        np.concatenate([np.ones(len(present)), np.zeros(len(absent))]),
        np.concatenate([equal, equal]),
        _RIDGE_CHANCE,
    )
    right = np.concatenate([hit[found] for _, _, found, hit in seen]).astype(np.float64)
    height = np.concatenate([present, absent]) @ direction
    scale, shift = learn_chance(
        np.stack([height, np.ones(len(height))], axis=1),
        np.concatenate([right, np.zeros(len(absent))]),
        np.concatenate([equal * (1 - _ABSENT), equal * _ABSENT]),
        _RIDGE_CHANCE,
    )
    scaled: Floats = direction * scale
    scaled[EVIDENCE.index("constant")] += shift
    return scaled


def _evidence(examples: Examples, model: Model) -> tuple[Floats, Floats, Floats, Floats]:
    """Return per question: evidence, that without the right entries, whether both exist, whether the best is right."""
    count = len(examples.lengths)
    present, absent = np.zeros((count, len(EVIDENCE))), np.zeros((count, len(EVIDENCE)))
    found, hit = np.zeros(count, bool), np.zeros(count, bool)
    for row, length in enumerate(examples.lengths.astype(int)):
        weights = model.weights(length)
        right, there = examples.right[row], examples.there[row]
        if not there.any():
            continue
        points = np.where(there, examples.measures[row] @ weights, -np.inf)
        hit[row] = right[int(np.argmax(points))]
        present[row] = evidence(-np.sort(-points[there]), float(weights.sum()), length)
        others = there & ~right
        if right.any() and others.any():
            found[row] = True
            absent[row] = evidence(-np.sort(-points[others]), float(weights.sum()), length)
    return present, absent, found, hit


def _worth(name: str, examples: Examples, model: Model) -> Iterator[Line]:
    places: list[int | None] = []
    for row, length in enumerate(examples.lengths.astype(int)):
        there = examples.there[row]
        order = model.rank(examples.measures[row][there], length)[1] if there.any() else np.zeros(0, int)
        hits = np.flatnonzero(examples.right[row][there][order])
        places.append(int(hits[0]) if len(hits) else None)
    yield from _lines(name, places)
    present, absent, found, _ = _evidence(examples, model)
    chance = np.array([model.chance[part] for part in EVIDENCE])
    yield line(
        f"left out {name}.refusal", auc(present[found] @ chance, absent[found] @ chance), "AUC", int(found.sum())
    )


def _lines(name: str, places: Ranked) -> Iterator[Line]:
    for measure, value in quality(places).items():
        yield line(f"left out {name}.{measure}", value, "share", len(places))
