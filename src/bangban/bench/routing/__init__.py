"""How well a message finds its label, against a tuned linear support vector machine over character n-grams.

Any folder of *.jsonl with labelled messages can be measured; how text, labels and parts are found is said in `sets`.
Nearly equal messages never stand on both sides of a crosswise measurement. Both learners get the same parts.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bangban.bench.assistant.figures import Line, line
from bangban.bench.routing import baseline
from bangban.bench.routing.sets import Labelled, Task, tasks
from bangban.services.routing.figures import Figures, figures
from bangban.services.routing.folds import folds, near_duplicates
from bangban.services.routing.learning import train

__all__ = ["Result", "measure", "run"]

PARTS = 5
_TIMED = 200


class Result(NamedTuple):
    """What was found for one file and label; seconds are processor time, of one training and of one suggestion."""

    task: Task
    own: Figures
    other: Figures
    setting: baseline.Setting
    training: float
    suggesting: float


def run(*directories: Path, as_json: bool = False) -> Iterator[Line]:
    """Print a line per file and label, or yield its figures one by one for JSON.

    LookupError when no folder is given or nothing in it can be measured; OSError or msgspec.DecodeError when a file
    cannot be read.
    """
    if not directories:
        raise LookupError("Name a folder of labelled messages: bangban bench routing DIR")
    for directory in directories:
        found = False
        for task in tasks(Path(directory)):
            found = True
            result = measure(task)
            if as_json:
                yield from _lines(result)
            else:
                print(_text(result), flush=True)
        if not found:
            raise LookupError(f"There are no labelled messages in {directory}: *.jsonl with a text and a label.")


def measure(task: Task) -> Result:
    """Return how well both learners do on a task."""
    labels = sorted({label for _, label in (*task.rows, *task.train)})
    texts, right = [text for text, _ in task.rows], [label for _, label in task.rows]
    if task.train:
        part = np.zeros(len(texts), dtype=np.int64)
        learnt = {0: task.train}
    else:
        part = folds(right, near_duplicates(texts), PARTS)
        learnt = {left: [task.rows[at] for at in np.flatnonzero(part != left)] for left in range(PARTS)}
    setting = baseline.tune(learnt[0])
    own, other = np.zeros((len(texts), len(labels))), np.zeros((len(texts), len(labels)))
    training, suggesting = [], []
    for left, known in learnt.items():
        asked = np.flatnonzero(part == left)
        if not len(asked):
            continue
        said = [texts[at] for at in asked]
        own[asked], spent, each = _own(known, said, labels)
        other[asked] = baseline.points(known, said, labels, setting)
        training.append(spent)
        suggesting.append(each)
    return Result(
        task, figures(right, own, labels), figures(right, other, labels), setting, max(training), max(suggesting)
    )


def _own(known: list[Labelled], asked: list[str], labels: list[str]) -> tuple[npt.NDArray[np.float64], float, float]:
    """Return the shares of our model, and the seconds of learning and of one suggestion."""
    began = time.process_time()
    model = train(known)
    spent = time.process_time() - began
    place = [labels.index(label) for label in model.told.labels]
    shares = np.zeros((len(asked), len(labels)))
    for at, text in enumerate(asked):
        found = model.shares(text)
        if found is not None:
            shares[at, place] = found
    timed = asked[:_TIMED]
    began = time.process_time()
    for text in timed:
        model.suggest(text)
    return shares, spent, (time.process_time() - began) / len(timed)


def _lines(result: Result) -> Iterator[Line]:
    name, n = f"{result.task.name} {result.task.label}", len(result.task.rows)
    for measure_name, own, other in zip(Figures._fields, result.own, result.other, strict=True):
        yield line(f"{name} {measure_name}", own, "share", n, (baseline.NAME, other))
    yield line(f"{name} training", result.training, "s", n)
    yield line(f"{name} suggestion", result.suggesting * 1000, "ms", n)


def _text(result: Result) -> str:
    name = f"{result.task.name} {result.task.label}"
    pairs = zip(("top1", "top3", "macroF1"), result.own, result.other, strict=True)
    shown = "  ".join(f"{what} {own:.4f} / {other:.4f} = {own / (other or 1):.3f}" for what, own, other in pairs)
    parts = f"{len(result.task.train)} learnt" if result.task.train else f"{PARTS} parts"
    setting = ",".join(map(str, result.setting))
    return (
        f"{name:44} {shown}  n={len(result.task.rows)} ({parts}; {baseline.NAME} {setting})"
        f"  {result.training:.1f} s, {result.suggesting * 1000:.2f} ms"
    )
