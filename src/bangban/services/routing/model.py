"""A learnt model: one weight for each piece and label. Suggesting is a sum; a model file is numbers, never a program."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import msgspec
import numpy as np
import numpy.typing as npt

from bangban.services.routing.figures import Figures
from bangban.services.routing.pieces import mark, pieces
from bangban.services.routing.weighing import Weighing

__all__ = ["Model", "Suggestion", "Unreadable"]

_FORM = 1


class Suggestion(msgspec.Struct, frozen=True):
    """A label and the share, 0 to 1, of such messages that had it."""

    label: str
    share: float


class Unreadable(ValueError):
    """A model file is damaged or of another version: it is learnt anew by night."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a model says of itself: labels, how points become shares, the least share shown, and how it was measured.

    `floor` is found in training: suggestions under it were right less than once in twenty. `figures` are of parts of
    the examples that had been left out.
    """

    labels: tuple[str, ...]
    warmth: float
    floor: float
    examples: int
    figures: Figures
    form: int = _FORM


class Model:
    """Suggests labels for a message. Safe for many threads; never changes."""

    def __init__(
        self, weighing: Weighing, points: npt.NDArray[np.float16], base: npt.NDArray[np.float32], told: Told
    ) -> None:
        self._weighing = weighing
        self._points = points
        self._base = base
        self.told = told

    def suggest(self, text: str, n: int = 3, marks: Sequence[tuple[str, str]] = ()) -> list[Suggestion]:
        """Return up to n labels, likeliest first, none under the floor; none at all for a text of unknown pieces.

        `marks` are known names and values beside the text, such as ("region", "440104000000").
        """
        shares = self.shares(text, marks)
        if shares is None:
            return []
        best = np.argsort(-shares, kind="stable")[:n]
        return [Suggestion(self.told.labels[at], float(shares[at])) for at in best if shares[at] >= self.told.floor]

    def shares(self, text: str, marks: Sequence[tuple[str, str]] = ()) -> npt.NDArray[np.float64] | None:
        """Return the share of every label in the order of `told.labels`; None for a text of unknown pieces."""
        found = pieces(text)
        row = self._weighing.row(found, [mark(name, value) for name, value in marks])
        if not len(row.columns):
            return None
        points = row.values @ self._points[row.columns].astype(np.float32) + self._base
        return np.asarray(shares_of(points[None], self.told.warmth)[0], dtype=np.float64)

    def save(self, path: Path) -> None:
        """Write the model; a reader sees the former file or the whole new one. OSError when there is no room."""
        path.parent.mkdir(parents=True, exist_ok=True)
        told = np.frombuffer(msgspec.json.encode(self.told), dtype=np.uint8)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(
                    file, told=told, hashes=self._weighing.hashes, weights=self._weighing.weights,
                    points=self._points, base=self._base,
                )  # fmt: skip
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a model; Unreadable when the file is none, FileNotFoundError when there is no file."""
        try:
            with np.load(path, allow_pickle=False) as kept:
                told = msgspec.json.decode(kept["told"].tobytes(), type=Told)
                weighing = Weighing(kept["hashes"], kept["weights"])
                model = cls(weighing, kept["points"], kept["base"], told)
        except FileNotFoundError:
            raise
        except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise Unreadable(f"{path.name} is no model of this version; it is learnt anew by night.") from error
        model._check(path)
        return model

    def _check(self, path: Path) -> None:
        pieces_known, labels = len(self._weighing.hashes), len(self.told.labels)
        fits = (
            self.told.form == _FORM
            and self._points.shape == (pieces_known, labels)
            and self._base.shape == (labels,)
            and self._weighing.weights.shape == (pieces_known,)
        )
        if not fits:
            raise Unreadable(f"{path.name} is no model of this version; it is learnt anew by night.")


def shares_of(points: npt.NDArray[np.floating], warmth: float) -> npt.NDArray[np.float64]:
    """Return points (messages by labels) as shares that add up to one; more warmth brings them closer together."""
    raised = points.astype(np.float64) / warmth
    raised = np.exp(raised - raised.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)
