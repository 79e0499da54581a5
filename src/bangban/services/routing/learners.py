"""Two linear learners: each turns sorted messages into one weight for each piece and label.

Ridge regression is steady on noisy labels and orders the labels that are not first well; a support vector machine over
log-count ratios (NB-SVM) finds the few words that decide. Both are sums over pieces, so their mixture is one table.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse  # type: ignore[import-untyped]
from sklearn.exceptions import ConvergenceWarning  # type: ignore[import-untyped]
from sklearn.linear_model import Ridge  # type: ignore[import-untyped]
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

from bangban.services.routing.pieces import Pieces
from bangban.services.routing.weighing import Design, Floats, Weighing

__all__ = ["MANY_LABELS", "Learnt", "Messages", "Table", "learn"]

MANY_LABELS = 60
"""From here on only ridge regression is learnt, for all labels together: its time hardly grows with their number."""

_CELLS = 24_000_000
"""Most weights (pieces times labels) of a model: 48 MB."""

_AT_ONCE = 500
"""Messages compared with all others at once: as a sparse matrix the whole table would take three times its room."""

_EVENNESS, _SMOOTH = 0.6, 0.1


class Messages(NamedTuple):
    """Messages as pieces, with the marks beside each and its right label."""

    texts: list[Pieces]
    beside: list[list[int]]
    right: list[str]

    def at(self, places: Iterable[int]) -> Self:
        """Return those at these places, in their order."""
        chosen = list(places)
        return self._replace(
            texts=[self.texts[at] for at in chosen],
            beside=[self.beside[at] for at in chosen],
            right=[self.right[at] for at in chosen],
        )

    def with_names(self, names: Sequence[tuple[str, Pieces]]) -> Self:
        """Return them and, behind, what each label is called as one more message of that label."""
        return self._replace(
            texts=[*self.texts, *(name for _, name in names)],
            beside=[*self.beside, *([] for _ in names)],
            right=[*self.right, *(label for label, _ in names)],
        )


class Table(NamedTuple):
    """Weights (pieces by labels), and what each label has without any piece."""

    weights: Floats
    base: Floats


class Learnt(NamedTuple):
    """What the pieces count, and the tables of both learners."""

    weighing: Weighing
    ridge: Table
    contrast: Table

    def mixed(self, mix: float) -> Table:
        """Return one table with `mix` of ridge and the rest of contrast."""
        return Table(*(mix * ours + (1 - mix) * theirs for ours, theirs in zip(self.ridge, self.contrast, strict=True)))

    def points(self, asked: Messages, mixes: Sequence[float]) -> list[Floats]:
        """Return the points of messages (messages by labels) under each mixture."""
        rows = _matrix(self.weighing, asked)
        return [np.asarray(rows @ table.weights + table.base, np.float32) for table in map(self.mixed, mixes)]


def learn(known: Messages, labels: Sequence[str], design: Design) -> Learnt:
    """Learn both tables; a label without an example gets the points of "surely not"."""
    weighing = Weighing.learn(known.texts, design, _CELLS // len(labels))
    marks = np.unique(np.array([one for each in known.beside for one in each], dtype=np.uint64))
    if len(marks):
        weighing = weighing.with_marks(marks)
    rows = _matrix(weighing, known)
    has = np.array([[label == one for one in labels] for label in known.right])
    worth = _worth(known.right)
    if len(labels) > MANY_LABELS:
        together = _ridge_together(rows, has, worth, design.ridge)
        return Learnt(weighing, together, together)
    return Learnt(weighing, _ridge(rows, has, worth, design.ridge), _contrast(rows, has, worth, design.price))


def _worth(right: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return how much each message counts, one in the mean: those of rare labels more."""
    counts = Counter(right)
    worth = np.array([(len(right) / len(counts) / counts[label]) ** _EVENNESS for label in right])
    return np.asarray(worth * len(worth) / worth.sum(), np.float64)


def _matrix(weighing: Weighing, messages: Messages) -> sparse.csr_matrix:
    rows = [weighing.row(text, marks) for text, marks in zip(messages.texts, messages.beside, strict=True)]
    ends = np.cumsum([0, *(len(row.columns) for row in rows)])
    columns = np.concatenate([row.columns for row in rows])
    values = np.concatenate([row.values for row in rows]).astype(np.float64)
    return sparse.csr_matrix((values, columns, ends), shape=(len(rows), len(weighing.hashes)))


def _ridge(
    rows: sparse.csr_matrix, has: npt.NDArray[np.bool_], worth: npt.NDArray[np.float64], penalty: float
) -> Table:
    learnt = Ridge(alpha=penalty, solver="sparse_cg", tol=1e-3).fit(rows, np.where(has, 1.0, -1.0), sample_weight=worth)
    return Table(learnt.coef_.T.astype(np.float32), np.asarray(learnt.intercept_, dtype=np.float32))


def _ridge_together(
    rows: sparse.csr_matrix, has: npt.NDArray[np.bool_], worth: npt.NDArray[np.float64], penalty: float
) -> Table:
    """Learn all labels by one decomposition of how alike the messages are."""
    slim = rows.astype(np.float32)
    across = slim.T.tocsr()
    alike = np.empty((slim.shape[0], slim.shape[0]), dtype=np.float32)
    for start in range(0, len(alike), _AT_ONCE):
        alike[start : start + _AT_ONCE] = (slim[start : start + _AT_ONCE] @ across).toarray()
    alike[np.diag_indices_from(alike)] += (penalty / worth).astype(np.float32)
    wanted = np.where(has, 1.0, -1.0).astype(np.float32)
    base = np.average(wanted, axis=0, weights=worth).astype(np.float32)
    # equal to its transpose, which lies as the solver wants it: no second table of the same size
    shares = linalg.solve(alike.T, wanted - base, assume_a="pos", overwrite_a=True, check_finite=False)
    return Table(np.asarray(slim.T @ shares, dtype=np.float32), base)


def _contrast(
    rows: sparse.csr_matrix, has: npt.NDArray[np.bool_], worth: npt.NDArray[np.float64], price: float
) -> Table:
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
    return Table(weights, base)
