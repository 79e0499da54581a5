"""A backup that was reported, and what a restore brought back, are on the disk."""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bangban.cli import data
from tests.disk import watched

pytestmark = pytest.mark.django_db


@contextmanager
def _somewhere() -> Iterator[str]:
    yield "postgresql:///none"


def _dumped(command: list[str], **_: Any) -> None:
    if "--file" in command:
        Path(command[command.index("--file") + 1]).write_bytes(b"the database")


@pytest.mark.clause("GB33358-4.2.4-i")
def test_a_backup_and_what_a_restore_brings_outlive_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "with_database", _somewhere)
    monkeypatch.setattr(data, "open_house", lambda: None)
    monkeypatch.setattr(subprocess, "run", _dumped)
    for name in ("BANGBAN_UPLOADS", "BANGBAN_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA", str(tmp_path / "data"))
    upload = tmp_path / "data" / "uploads" / "ab" / "abcd"
    upload.parent.mkdir(parents=True)
    upload.write_bytes(b"%PDF-1.7 file")
    (tmp_path / "data" / "field-keys.json").write_text("{}")

    disk = watched(tmp_path, monkeypatch)
    copy = tmp_path / "copies" / "today"
    data.backup(argparse.Namespace(folder=str(copy)))
    files = [path for path in copy.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {"abcd", "database.dump", "field-keys.json", "MANIFEST.json"}
    assert all(disk.left(path) == path.read_bytes() for path in files)

    monkeypatch.setenv("DATA", str(tmp_path / "again"))
    data.restore(argparse.Namespace(folder=str(copy)))
    assert disk.left(tmp_path / "again" / "uploads" / "ab" / "abcd") == b"%PDF-1.7 file"
    assert disk.left(tmp_path / "again" / "field-keys.json") == b"{}"
