"""The browser of the tests: headless Chromium, patient on a busy machine, never talking to anybody but us."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

CHROMIUM = Path(os.environ.get("BANGBAN_CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
]  # fmt: skip
WAIT_MS = 60_000
"""How long a page may take for what must come; a net under the tests, never what they measure."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start it. While it runs, this thread has an event loop, and Django refuses the database: for one file at most."""
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS, timeout=2 * WAIT_MS)
        _make_patient(started)
        try:
            yield started
        finally:
            started.close()


def _make_patient(browser: Browser) -> None:
    new_context = browser.new_context

    def patient(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.set_default_timeout(WAIT_MS)
        return context

    browser.new_context = patient  # type: ignore[method-assign]
