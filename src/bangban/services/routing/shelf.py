"""Where the models stand: one file per target beside the search indexes, read once and again when it changed."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from django.conf import settings

from bangban.services.routing.model import Model, Unreadable

__all__ = ["forget", "model", "path_of"]

log = logging.getLogger(__name__)
_lock = threading.Lock()
_kept: dict[Path, tuple[tuple[int, int], Model | None]] = {}


def path_of(target: str) -> Path:
    """Return the file of the model for a target."""
    return Path(settings.INDEX_DIR) / "routing" / f"{target}.npz"


def model(target: str) -> Model | None:
    """Return the model in use, or None when nothing was learnt yet or its file cannot be read (which is logged once)."""
    path = path_of(target)
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    seen = (state.st_mtime_ns, state.st_ino)
    with _lock:
        known = _kept.get(path)
        if known is None or known[0] != seen:
            known = _kept[path] = (seen, _read(path))
        return known[1]


def forget() -> None:
    """Drop what is remembered in this process."""
    with _lock:
        _kept.clear()


def _read(path: Path) -> Model | None:
    try:
        return Model.load(path)
    except (Unreadable, FileNotFoundError) as error:
        log.warning("No suggestions from earlier orders until the next night: %s", error)
        return None
