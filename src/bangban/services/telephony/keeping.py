"""How long recordings are kept, and where."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from django.conf import settings


def recordings_kept() -> timedelta:
    """Return for how long a recording is kept (BANGBAN_RECORDING_DAYS, three years)."""
    return timedelta(days=max(1, int(os.environ.get("BANGBAN_RECORDING_DAYS", "1095"))))


def recordings_folder() -> Path:
    """Return the one folder that recordings are read from."""
    return Path(settings.DATA_DIR) / "recordings"


def path_of(reference: str) -> Path | None:
    """Return the file of a reference; None when there is none, or when it lies outside the folder."""
    folder = recordings_folder().resolve()
    path = (folder / reference).resolve()
    return path if path.is_relative_to(folder) and path.is_file() else None
