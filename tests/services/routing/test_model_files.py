"""A model file is numbers: it gives the same suggestions, cannot be run, and cannot be read back into messages."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from bangban.services.routing.learning import train
from bangban.services.routing.model import Model, Unreadable
from tests.services.routing.messages import MESSAGES

ASKED = ("工地半夜施工", "退休金没有到账", "孩子报名上小学")


@pytest.fixture(scope="module")
def model() -> Model:
    return train(MESSAGES, [[("region", "1")] for _ in MESSAGES])


def test_a_saved_model_suggests_the_same(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "category.npz"
    model.save(path)
    again = Model.load(path)
    assert again.told == model.told
    for text in ASKED:
        assert again.suggest(text, 5) == model.suggest(text, 5)
        assert again.suggest(text, 5, [("region", "1")]) == model.suggest(text, 5, [("region", "1")])
    assert list(path.parent.iterdir()) == [path]


def test_the_file_holds_no_words_of_the_messages(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    model.save(path)
    with np.load(path, allow_pickle=False) as kept:
        whole = b"".join(kept[name].tobytes() for name in kept.files)
    for word in ("打桩", "井盖", "退休金"):
        for code in ("utf-8", "utf-32-le", "utf-16-le"):
            assert word.encode(code) not in whole


def test_a_damaged_or_foreign_file_is_refused_and_never_run(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    model.save(path)
    whole = path.read_bytes()
    for content in (b"", b"nothing", whole[: len(whole) // 2], pickle.dumps({"a": 1})):
        path.write_bytes(content)
        with pytest.raises(Unreadable, match="by night"):
            Model.load(path)
    np.savez(path, told=np.array([{"labels": ()}], dtype=object))
    with pytest.raises(Unreadable):
        Model.load(path)


def test_tables_that_do_not_fit_are_refused(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    model.save(path)
    with np.load(path) as kept:
        tables = dict(kept)
    tables["points"] = tables["points"][:, :-1]
    np.savez(path, **tables)
    with pytest.raises(Unreadable):
        Model.load(path)


def test_no_file_is_said_as_such(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Model.load(tmp_path / "none.npz")
