"""Learning from messages that people have sorted: two linear learners, their mixture chosen on left-out parts.

Ridge regression is steady on noisy labels; a support vector machine over log-count ratios (NB-SVM) finds the few words
that decide. Both are sums over pieces, so their mixture is one table of weights. Nothing but numpy is needed to use it.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse  # type: ignore[import-untyped]
from sklearn.exceptions import ConvergenceWarning  # type: ignore[import-untyped]
from sklearn.linear_model import Ridge  # type: ignore[import-untyped]
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

from bangban.services.routing.figures import Figures, figures
from bangban.services.routing.folds import folds, near_duplicates
from bangban.services.routing.model import Model, Told, shares_of
from bangban.services.routing.pieces import Pieces, mark, pieces
from bangban.services.routing.weighing import DESIGNS, SHORT, Design, Weighing

__all__ = ["Marks", "train"]

Marks = Sequence[tuple[str, str]]

_PARTS = 3
_TRIED = 3_000
"""Examples on which the designs are compared; all of them are learnt from afterwards."""

_SHORT = 250
"""Pieces up to which messages count as short in the mean: about forty characters."""

_CELLS = 24_000_000
"""Most weights (pieces times labels) of a model: 48 MB."""

_MANY_LABELS = 60
"""From here on only ridge regression is learnt, for all labels together: its time hardly grows with their number."""

_TOGETHER = 10_000
"""The last examples are learnt from where labels are many: the table of their likenesses takes 400 MB."""

_EVENNESS, _SMOOTH = 0.6, 0.1
_MIXES = (0.5, 0.0, 1.0)
_MARGIN = 0.1
"""By how much, divided by the root of the number of examples, a later choice must be better: less is chance."""

_WARMTHS = np.geomspace(0.05, 2.0, 30)
_WORTH_SHOWING = 0.05
_STEP = 100
"""Suggestions of about the same share, over which it is counted how many were right."""


class _Learner(NamedTuple):
    """Weights per piece and label, and what each label has without any piece, by both methods."""

    weighing: Weighing
    ridge: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
    contrast: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]

    def mixed(self, mix: float) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return the weights with `mix` of ridge and the rest of contrast."""
        return (
            mix * self.ridge[0] + (1 - mix) * self.contrast[0],
            mix * self.ridge[1] + (1 - mix) * self.contrast[1],
        )


class _Choice(NamedTuple):
    """The best design and mixture, the points that it gave to messages it had not seen, and how good they are."""

    design: Design
    mix: float
    unseen: npt.NDArray[np.float32]
    right: list[str]
    figures: Figures


def train(examples: Sequence[tuple[str, str]], marks: Sequence[Marks] | None = None) -> Model:
    """Return a model of (text, label) pairs; `marks` gives known names and values beside each text.

    Where labels are many the last ten thousand examples count. Takes a minute on one core for as many.
    ValueError when there are fewer than two labels.
    """
    labels = tuple(sorted({str(label) for _, label in examples}))
    if len(labels) < 2:
        raise ValueError("Learning needs examples of at least two labels.")
    if len(labels) > _MANY_LABELS:
        examples, marks = examples[-_TOGETHER:], marks[-_TOGETHER:] if marks else None
        labels = tuple(sorted({str(label) for _, label in examples}))
    texts = [pieces(text) for text, _ in examples]
    right = [str(label) for _, label in examples]
    beside = [[mark(*one) for one in each] for each in marks] if marks else [[] for _ in texts]
    choice = _choose(texts, beside, right, labels)
    learner = _learn(texts, beside, right, labels, choice.design)
    weights, base = learner.mixed(choice.mix)
    warmth = _warmth(choice, labels)
    told = Told(
        labels=labels,
        warmth=warmth,
        floor=_floor(shares_of(choice.unseen, warmth), choice.right, labels),
        examples=len(examples),
        figures=choice.figures,
    )
    return Model(learner.weighing, weights.astype(np.float16), base, told)


def _choose(texts: list[Pieces], beside: list[list[int]], right: list[str], labels: tuple[str, ...]) -> _Choice:
    """Compare the designs on parts that were left out; nearly equal messages are left out together."""
    tried = np.random.default_rng(0).permutation(len(texts))[:_TRIED]
    texts, beside, right = [texts[at] for at in tried], [beside[at] for at in tried], [right[at] for at in tried]
    part = folds(right, near_duplicates(texts), _PARTS)
    best: _Choice | None = None
    short = sum(len(text.hashes) for text in texts) <= _SHORT * len(texts)
    designs = SHORT if short else DESIGNS
    for design in designs[:1] if len(labels) > _MANY_LABELS else designs:
        points = np.full((len(_MIXES), len(texts), len(labels)), -10.0, dtype=np.float32)
        for left_out in range(_PARTS):
            known, asked = np.flatnonzero(part != left_out), np.flatnonzero(part == left_out)
            if not len(asked) or len({right[at] for at in known}) < 2:
                continue
            learner = _learn(
                [texts[at] for at in known], [beside[at] for at in known], [right[at] for at in known], labels, design
            )
            rows = _matrix(learner.weighing, [texts[at] for at in asked], [beside[at] for at in asked])
            for place, mix in enumerate(_MIXES):
                weights, base = learner.mixed(mix)
                points[place, asked] = rows @ weights + base
        for place, mix in enumerate(_MIXES):
            result = figures(right, points[place], labels)
            if best is None or result.mean > best.figures.mean + _MARGIN / len(texts) ** 0.5:
                best = _Choice(design, mix, points[place], right, result)
    assert best is not None
    return best


def _learn(
    texts: list[Pieces], beside: list[list[int]], right: list[str], labels: tuple[str, ...], design: Design
) -> _Learner:
    """Learn both tables; a label without an example gets the points of "surely not"."""
    weighing = Weighing.learn(texts, design, _CELLS // len(labels))
    known_marks = np.unique(np.array([one for each in beside for one in each], dtype=np.uint64))
    if len(known_marks):
        weighing = weighing.with_marks(known_marks)
    rows = _matrix(weighing, texts, beside)
    has = np.array([[label == one for one in labels] for label in right])
    counts = Counter(right)
    worth = np.array([(len(right) / len(counts) / counts[label]) ** _EVENNESS for label in right])
    worth *= len(worth) / worth.sum()
    if len(labels) > _MANY_LABELS:
        together = _ridge_together(rows, has, worth, design.ridge)
        return _Learner(weighing, together, together)
    return _Learner(weighing, _ridge(rows, has, worth, design.ridge), _contrast(rows, has, worth, design.price))


def _matrix(weighing: Weighing, texts: Sequence[Pieces], beside: Sequence[list[int]]) -> sparse.csr_matrix:
    rows = [weighing.row(text, marks) for text, marks in zip(texts, beside, strict=True)]
    ends = np.cumsum([0, *(len(row.columns) for row in rows)])
    columns = np.concatenate([row.columns for row in rows])
    values = np.concatenate([row.values for row in rows]).astype(np.float64)
    return sparse.csr_matrix((values, columns, ends), shape=(len(rows), len(weighing.hashes)))


def _ridge(
    rows: sparse.csr_matrix, has: npt.NDArray[np.bool_], worth: npt.NDArray[np.float64], penalty: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    learnt = Ridge(alpha=penalty, solver="sparse_cg", tol=1e-3).fit(rows, np.where(has, 1.0, -1.0), sample_weight=worth)
    return learnt.coef_.T.astype(np.float32), np.asarray(learnt.intercept_, dtype=np.float32)


def _ridge_together(
    rows: sparse.csr_matrix, has: npt.NDArray[np.bool_], worth: npt.NDArray[np.float64], penalty: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Learn all labels by one decomposition of how alike the messages are."""
    slim = rows.astype(np.float32)
    alike = (slim @ slim.T).toarray()
    alike[np.diag_indices_from(alike)] += (penalty / worth).astype(np.float32)
    wanted = np.where(has, 1.0, -1.0).astype(np.float32)
    base = np.average(wanted, axis=0, weights=worth).astype(np.float32)
    shares = linalg.solve(alike, wanted - base, assume_a="pos", overwrite_a=True, check_finite=False)
    return np.asarray(slim.T @ shares, dtype=np.float32), base


def _contrast(
    rows: sparse.csr_matrix, has: npt.NDArray[np.bool_], worth: npt.NDArray[np.float64], price: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    weights = np.zeros((rows.shape[1], has.shape[1]), dtype=np.float32)
    base = np.full(has.shape[1], -1.0, dtype=np.float32)
    for column, own in enumerate(has.T):
        if not own.any():
            continue
        with_it = np.asarray(rows[own].sum(axis=0)).ravel() + _SMOOTH
        without = np.asarray(rows[~own].sum(axis=0)).ravel() + _SMOOTH
        ratio = np.log(with_it / with_it.sum()) - np.log(without / without.sum())
        ratio = np.sign(ratio) * np.sqrt(np.abs(ratio))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the last step of a search, good enough to be measured
            learnt = LinearSVC(C=price, random_state=0).fit(rows @ sparse.diags(ratio), own, sample_weight=worth)
        weights[:, column] = learnt.coef_[0] * ratio
        base[column] = learnt.intercept_[0]
    return weights, base


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
