"""Secrets kept in files that only the running user can read."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

from bangban.machinery.durable import sync_name


def write_once(path: Path, content: str) -> str:
    """Return what `path` holds, written with `content` on first use; processes that start together agree on one.

    Raises OSError when the folder cannot be written or another process left the file empty.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _wait_for(path)
    with os.fdopen(handle, "w") as file:
        file.write(content)
        file.flush()
        # Before anything is sealed with it: what a lost key sealed is lost.
        os.fsync(file.fileno())
    sync_name(path)
    return content


def secret_file(path: Path, size: int = 32) -> bytes:
    """Return the random secret in `path`, made on first use."""
    return bytes.fromhex(write_once(path, secrets.token_hex(size)))


def _wait_for(path: Path) -> str:
    """Read a file that another process may be writing this very moment."""
    for _ in range(100):
        if text := path.read_text().strip():
            return text
        time.sleep(0.02)
    raise OSError(f"{path} is empty; remove it and start again.")
