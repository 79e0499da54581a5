"""Learning from messages that people have sorted: the mixture of both learners is chosen on parts that were left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bangban.services.routing.figures import Figures, clearly_better, figures
from bangban.services.routing.folds import folds, near_duplicates
from bangban.services.routing.learners import MANY_LABELS, Messages, learn
from bangban.services.routing.model import Model, Told, shares_of
from bangban.services.routing.pieces import Pieces, mark, pieces
from bangban.services.routing.weighing import LONG, SHORT, Design

__all__ = ["Marks", "train"]

Marks = Sequence[tuple[str, str]]

_PARTS = 3
_TRIED = 3_000
"""Examples on which the mixtures are compared; all of them are learnt from afterwards."""

_SHORT = 250
"""Pieces up to which messages count as short in the mean: about forty characters."""

_TOGETHER = 10_000
"""The last examples are learnt from where labels are many: the table of their likenesses takes 400 MB."""

_MIXES = (0.5, 0.0, 1.0)
"""Shares of ridge regression that are compared; half and half unless another is clearly better."""

_WARMTHS = np.geomspace(0.05, 2.0, 30)
_WORTH_SHOWING = 0.05
_STEP = 100
"""Suggestions of about the same share, over which it is counted how many were right."""


class _Choice(NamedTuple):
    """The best mixture, the points that it gave to messages it had not seen, and how good they are."""

    mix: float
    unseen: npt.NDArray[np.float32]
    right: list[str]
    figures: Figures


def train(
    examples: Sequence[tuple[str, str]], marks: Sequence[Marks] | None = None, names: Mapping[str, str] | None = None
) -> Model:
    """Return a model of (text, label) pairs; `marks` gives known names and values beside each text.

    A label also learns from what it is called: from `names`, and where it is not among them from itself. Where labels
    are many the last ten thousand examples count. Takes a minute on one core for as many. ValueError when there are
    fewer than two labels.
    """
    labels = tuple(sorted({str(label) for _, label in examples}))
    if len(labels) < 2:
        raise ValueError("Learning needs examples of at least two labels.")
    if len(labels) > MANY_LABELS:
        examples, marks = examples[-_TOGETHER:], marks[-_TOGETHER:] if marks else None
        labels = tuple(sorted({str(label) for _, label in examples}))
    known = Messages(
        [pieces(text) for text, _ in examples],
        [[mark(*one) for one in each] for each in marks] if marks else [[] for _ in examples],
        [str(label) for _, label in examples],
    )
    called = _called(labels, names or {})
    design = _design(known.texts)
    choice = _choose(known, called, labels, design)
    learnt = learn(known.with_names(called), labels, design)
    table = learnt.mixed(choice.mix)
    warmth = _warmth(choice, labels)
    told = Told(
        labels=labels,
        warmth=warmth,
        floor=_floor(shares_of(choice.unseen, warmth), choice.right, labels),
        examples=len(examples),
        figures=choice.figures,
    )
    return Model(learnt.weighing, table.weights.astype(np.float16), table.base, told)


def _called(labels: Sequence[str], names: Mapping[str, str]) -> list[tuple[str, Pieces]]:
    """Return what labels are called, as pieces; a name without a letter, such as a number, says nothing."""
    said = {label: names.get(label, label) for label in labels}
    return [(label, pieces(name)) for label, name in said.items() if any(sign.isalpha() for sign in name)]


def _design(texts: Sequence[Pieces]) -> Design:
    return SHORT if sum(len(text.hashes) for text in texts) <= _SHORT * len(texts) else LONG


def _choose(known: Messages, called: Sequence[tuple[str, Pieces]], labels: tuple[str, ...], design: Design) -> _Choice:
    """Compare the mixtures on parts that were left out; nearly equal messages are left out together."""
    tried = known.at(np.random.default_rng(0).permutation(len(known.texts))[:_TRIED])
    part = folds(tried.right, near_duplicates(tried.texts), _PARTS)
    best: _Choice | None = None
    for mix, points in zip(_MIXES, _unseen(tried, called, labels, design, part), strict=True):
        result = figures(tried.right, points, labels)
        if best is None or clearly_better(result, best.figures, len(tried.texts)):
            best = _Choice(mix, points, tried.right, result)
    assert best is not None
    return best


def _unseen(
    tried: Messages,
    called: Sequence[tuple[str, Pieces]],
    labels: Sequence[str],
    design: Design,
    part: npt.NDArray[np.int64],
) -> npt.NDArray[np.float32]:
    """Return the points (mixtures by messages by labels) that each part gets from what the others taught."""
    points = np.full((len(_MIXES), len(tried.texts), len(labels)), -10.0, dtype=np.float32)
    for left_out in range(_PARTS):
        asked = np.flatnonzero(part == left_out)
        others = tried.at(np.flatnonzero(part != left_out))
        if len(asked) and len(set(others.right)) > 1:
            points[:, asked] = learn(others.with_names(called), labels, design).points(tried.at(asked), _MIXES)
    return points


def _warmth(choice: _Choice, labels: tuple[str, ...]) -> float:
    """Return the warmth under which the unseen messages are least surprising."""
    place = {label: column for column, label in enumerate(labels)}
    own = np.array([place[label] for label in choice.right])

    def surprise(warmth: float) -> float:
        shares = shares_of(choice.unseen, warmth)[np.arange(len(own)), own]
        return float(-np.log(np.maximum(shares, 1e-9)).mean())

    return min((float(warmth) for warmth in _WARMTHS), key=surprise)


def _floor(shares: npt.NDArray[np.float64], right: list[str], labels: tuple[str, ...]) -> float:
    """Return the share under which the first three suggestions were right less than once in twenty."""
    order = np.argsort(-shares, axis=1, kind="stable")[:, :3]
    shown = np.take_along_axis(shares, order, axis=1).ravel()
    hits = (np.array(labels)[order] == np.array(right)[:, None]).ravel()
    rising = np.argsort(shown, kind="stable")
    floor = 0.0
    for step in np.array_split(rising, max(len(rising) // _STEP, 1)):
        if hits[step].mean() >= _WORTH_SHOWING:
            break
        floor = float(shown[step[-1]])
    return floor
