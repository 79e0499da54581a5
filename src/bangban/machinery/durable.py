"""Files that are on the disk, not only in memory, when the call returns: a power cut takes nothing that was acknowledged.

Flushing a file keeps its content, not its name: the name stands in the folder, which is flushed by itself, and the name of
a new folder stands in the folder above.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def keep_durably(path: Path, content: bytes) -> None:
    """Have a file hold this content, on the disk. What an earlier power cut left of it is written anew. OSError when it cannot be."""
    if not _holds(path, content):
        write_durably(path, content)
    else:
        # Another process may have written it a moment ago and not have come to its folder yet.
        sync_name(path)


def write_durably(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by nobody else; it is on the disk when this returns. OSError when it cannot be."""
    _make_folder(path.parent)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    sync_name(path)


def sync_name(path: Path) -> None:
    """Put the name of a file and that of its folder on the disk."""
    sync_folder(path.parent)
    sync_folder(path.parent.parent)


def sync_folder(folder: Path) -> None:
    """Put the names that stand in a folder on the disk; the content of its files is not touched."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(top: Path) -> None:
    """Put a file, or a folder with everything under it, on the disk, together with its own name and its folder's."""
    for one in sorted(top.rglob("*")) if top.is_dir() else [top]:
        if one.is_dir():
            sync_folder(one)
        elif one.is_file():
            with one.open("rb") as file:
                os.fsync(file.fileno())
    if top.is_dir():
        sync_folder(top)
    sync_name(top)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except FileNotFoundError:
        return False


def _make_folder(folder: Path) -> None:
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for one in missing:
        sync_folder(one.parent)
