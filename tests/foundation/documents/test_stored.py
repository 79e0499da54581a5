"""A stored document is found by its digest and checked when it is fetched."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from bangban.foundation.documents import DocumentLost, fetch, keep
from tests.disk import watched


def test_the_same_document_is_kept_once_and_comes_back_unchanged(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    name = keep(b"%PDF-1.7 one")
    assert keep(b"%PDF-1.7 one") == name
    assert fetch(name) == b"%PDF-1.7 one"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_changed_or_missing_document_is_noticed(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    name = keep(b"%PDF-1.7 one")
    (tmp_path / "documents" / name[:2] / name).write_bytes(b"%PDF-1.7 two")
    for wrong in (name, "0" * 64, "../../etc/passwd"):
        with pytest.raises(DocumentLost):
            fetch(wrong)


def test_a_kept_document_outlives_a_power_cut(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    disk = watched(tmp_path, monkeypatch)
    name = keep(b"%PDF-1.7 one")
    assert disk.left(tmp_path / "documents" / name[:2] / name) == b"%PDF-1.7 one"
