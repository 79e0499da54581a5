"""What was acknowledged is there after a power cut: content, name, and the names of its folders."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from tests.disk import watched

from bangban.machinery.durable import keep_durably, sync_tree, write_durably
from bangban.machinery.secrets import secret_file


def test_a_written_file_and_all_its_new_folders_outlive_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = watched(tmp_path, monkeypatch)
    path = tmp_path / "documents" / "ab" / "abcd"
    write_durably(path, b"proof")
    assert disk.left(path) == path.read_bytes() == b"proof"


def test_a_plain_write_would_be_lost_so_the_disk_of_these_tests_can_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = watched(tmp_path, monkeypatch)
    (tmp_path / "plain").write_bytes(b"proof")
    assert disk.left(tmp_path / "plain") is None


def test_a_name_never_stands_before_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = watched(tmp_path, monkeypatch)
    order: list[str] = []
    flush, rename = os.fsync, os.rename

    def flushing(handle: int) -> None:
        flush(handle)
        order.append("folder" if Path(f"/proc/self/fd/{handle}").readlink().is_dir() else "content")

    def replacing(self: Path, target: Path) -> None:
        rename(self, target)
        order.append("name")

    monkeypatch.setattr(os, "fsync", flushing)
    monkeypatch.setattr(Path, "replace", replacing)
    keep_durably(tmp_path / "one", b"proof")
    assert order[:3] == ["content", "name", "folder"]
    assert disk.left(tmp_path / "one") == b"proof"


def test_half_a_file_that_a_power_cut_left_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"")
    keep_durably(tmp_path / "one", b"proof")
    assert (tmp_path / "one").read_bytes() == b"proof"


def test_a_file_that_another_process_just_wrote_is_acknowledged_only_with_its_name_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = watched(tmp_path, monkeypatch)
    path = tmp_path / "ab" / "one"
    path.parent.mkdir()
    with path.open("wb") as file:
        file.write(b"proof")
        file.flush()
        os.fsync(file.fileno())
    assert disk.left(path) is None
    keep_durably(path, b"proof")
    assert disk.left(path) == b"proof"


def test_a_full_disk_leaves_neither_the_file_nor_its_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_durably(tmp_path / "one", b"proof")
    assert list(tmp_path.iterdir()) == []


def test_a_whole_folder_outlives_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = watched(tmp_path, monkeypatch)
    files = [tmp_path / "copy" / "uploads" / "ab" / "one", tmp_path / "copy" / "database.dump"]
    for path in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"kept")
    sync_tree(tmp_path / "copy")
    assert [disk.left(path) for path in files] == [b"kept", b"kept"]


def test_a_key_is_on_the_disk_before_anything_is_sealed_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = watched(tmp_path, monkeypatch)
    path = tmp_path / "data" / "secret-key"
    secret = secret_file(path)
    assert disk.left(path) == secret.hex().encode()
