"""A house for the boards: its own database with the small hall, one serving process that can be stopped and started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bangban.machinery.children import Start, in_session, launch, signal_all
from tests.cast import WORKING_MORNING
from tests.e2e.house import ROOT, own_database
from tests.ports import kept_port


class BoardHouse:
    """`tell` lets the hands of the hall act; `start` and `stop` are about the pages only."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.port = folder, kept_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.serving: subprocess.Popen[bytes] | None = None
        self.environment = {
            **os.environ,
            "BANGBAN_DATABASE_URL": url,
            "BANGBAN_CLOCK_SHIFT": str((WORKING_MORNING - datetime.now(UTC)).total_seconds()),
            "BANGBAN_POOL": "8",
            "DATA": str(folder / "data"),
            "DJANGO_SETTINGS_MODULE": "bangban.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "PYTHONUNBUFFERED": "1",
        }
        self.hand = subprocess.Popen(
            [sys.executable, "-m", "tests.surfaces.hall.boards.hand"], env=self.environment, cwd=folder, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=(folder / "hand.log").open("wb"),
        )  # fmt: skip
        answer = self._answer()
        assert answer.startswith("ready "), (folder / "hand.log").read_text(encoding="utf-8")[-3000:]
        self.body_id = int(answer.split()[1])

    def tell(self, words: str) -> str:
        """Let the hands do something; returns the label it was about, when it is committed."""
        assert self.hand.stdin is not None
        self.hand.stdin.write(words + "\n")
        self.hand.stdin.flush()
        label = self._answer()
        assert label, (self.folder / "hand.log").read_text(encoding="utf-8")[-3000:]
        return label

    def _answer(self) -> str:
        assert self.hand.stdout is not None
        return self.hand.stdout.readline().strip()

    def start(self) -> None:
        """Serve the pages, always at the same address."""
        with (self.folder / "serve.log").open("ab") as output:
            words = [sys.executable, "-m", "bangban.cli", "serve", "--port", str(self.port)]
            self.serving = launch(Start(words, self.environment, output, cwd=self.folder, guard=True, label="boards"))
        end = time.monotonic() + 240
        while True:
            try:
                with urlopen(f"{self.address}/healthz", timeout=30) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                pass
            assert time.monotonic() < end, (self.folder / "serve.log").read_text(encoding="utf-8")[-3000:]
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop serving."""
        if self.serving is None:
            return
        self.serving.terminate()
        try:
            self.serving.wait(30)
        except subprocess.TimeoutExpired:
            signal_all(in_session(self.serving.pid), signal.SIGKILL)
            self.serving.wait(30)
        self.serving = None

    def close(self) -> None:
        """End everything."""
        self.stop()
        assert self.hand.stdin is not None
        assert self.hand.stdout is not None
        self.hand.stdin.close()
        self.hand.wait(60)
        self.hand.stdout.close()


@contextmanager
def board_house(folder: Path) -> Iterator[BoardHouse]:
    """Give a house that serves, and leave nothing of it."""
    with own_database(os.environ["BANGBAN_DATABASE_URL"]) as url:
        built = BoardHouse(folder, url)
        try:
            built.start()
            yield built
        finally:
            built.close()
