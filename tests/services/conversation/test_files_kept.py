"""A file of a talk is on the disk before whoever sent it is told that it was received."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pytest_django import Settings

from bangban.foundation.access.actors import Actor
from bangban.services.conversation.files import path_of, store_upload
from tests.disk import watched

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def test_a_stored_file_outlives_a_power_cut(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_DIR = tmp_path / "uploads"
    disk = watched(tmp_path, monkeypatch)
    file = store_upload(io.BytesIO(PICTURE), "回执.png", Actor("guest", "g"), None)
    assert disk.left(path_of(bytes(file.digest))) == PICTURE
