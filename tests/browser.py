"""The browser of the tests: headless Chromium, patient on a busy machine, never talking to anybody but us."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = Path(os.environ.get("BANGBAN_CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
]  # fmt: skip
WAIT_MS = 60_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start it. While it runs, this thread has an event loop, and Django refuses the database: for one file at most."""
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        try:
            yield started
        finally:
            started.close()
