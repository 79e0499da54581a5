"""What a power cut leaves: only what was flushed, content and names each by themselves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


class Disk:
    """Sees every flush of this process; of a path it tells what the disk would hold if the power went now."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._contents: dict[int, bytes] = {}
        self._names: dict[int, dict[str, int]] = {}
        self._flush = os.fsync
        self._note(root)

    def fsync(self, handle: int) -> None:
        """Flush, and note what is flushed."""
        self._flush(handle)
        self._note(Path(f"/proc/self/fd/{handle}").readlink())

    def _note(self, path: Path) -> None:
        number = path.stat().st_ino
        if path.is_dir():
            self._names[number] = {one.name: one.lstat().st_ino for one in path.iterdir()}
        else:
            self._contents[number] = path.read_bytes()

    def left(self, path: Path) -> bytes | None:
        """Return the content that a file has after a power cut: empty when only its name was kept, None without a name."""
        number = self.root.stat().st_ino
        for name in path.relative_to(self.root).parts:
            if name not in self._names.get(number, {}):
                return None
            number = self._names[number][name]
        return self._contents.get(number, b"")


def watched(root: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Return the disk under a folder, from now on."""
    disk = Disk(root)
    monkeypatch.setattr(os, "fsync", disk.fsync)
    return disk
