"""What suggestions are compared with: a linear support vector machine over TF-IDF of character n-grams, well tuned."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import ConvergenceWarning  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

from bangban.services.routing.figures import figures
from bangban.services.routing.folds import folds, near_duplicates

__all__ = ["NAME", "Setting", "points", "tune"]

NAME = "linear SVM"
_SHAPES = (("char", 4, 1), ("char", 4, 2), ("char_wb", 4, 1), ("char_wb", 4, 2), ("char_wb", 5, 2))
_PRICES = (0.1, 0.3, 1.0, 3.0, 10.0)
_PARTS, _MANY = 3, 1_500


class Setting(NamedTuple):
    """How the n-grams are cut, how long they are at most, in how many texts they stand, and the price C of a mistake."""

    analyzer: str
    longest: int
    at_least: int
    price: float


def tune(train: Sequence[tuple[str, str]]) -> Setting:
    """Return the best setting on left-out thirds of the training part: all three, or one of a large part."""
    texts, right = [text for text, _ in train], [label for _, label in train]
    labels = sorted(set(right))
    part = folds(right, near_duplicates(texts), _PARTS)
    tried = [0] if len(train) > _MANY else list(range(_PARTS))
    quality: dict[Setting, float] = {}
    for shape in _SHAPES:
        for price, left_out in product(_PRICES, tried):
            known = [train[int(at)] for at in np.flatnonzero(part != left_out)]
            asked = np.flatnonzero(part == left_out)
            setting = Setting(*shape, price)
            given = points(known, [texts[at] for at in asked], labels, setting)
            quality[setting] = quality.get(setting, 0) + figures([right[at] for at in asked], given, labels).mean
    return max(quality, key=lambda setting: quality[setting])


def points(
    train: Sequence[tuple[str, str]], asked: Sequence[str], labels: Sequence[str], setting: Setting
) -> npt.NDArray[np.float64]:
    """Return the distances from the borders, messages by labels; a label without an example is the last choice."""
    rows, given = _rows(tuple(text for text, _ in train), tuple(asked), setting[:3])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        learnt = LinearSVC(C=setting.price, random_state=0).fit(rows, [label for _, label in train])
    found = learnt.decision_function(given)
    if found.ndim == 1:
        found = np.column_stack([-found, found])
    whole = np.full((len(asked), len(labels)), -1e9)
    whole[:, [list(labels).index(label) for label in learnt.classes_]] = found
    return whole


_kept: list[tuple[Any, Any]] = []


def _rows(train: tuple[str, ...], asked: tuple[str, ...], shape: tuple[str, int, int]) -> tuple[Any, Any]:
    """Return both parts as rows; the last ones are kept for the next price."""
    key = (shape, train, asked)
    for known, rows in _kept:
        if known == key:
            return rows  # type: ignore[no-any-return]
    analyzer, longest, at_least = shape
    cutter = TfidfVectorizer(analyzer=analyzer, ngram_range=(1, longest), min_df=at_least, sublinear_tf=True)
    rows = (cutter.fit_transform(train), cutter.transform(asked))
    _kept[:] = [*_kept[-2:], (key, rows)]
    return rows
