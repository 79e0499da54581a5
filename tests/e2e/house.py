"""A whole house for one run: its own database with the demo city, `bangban serve` and `bangban worker` as processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen
from uuid import uuid4

import psycopg
from psycopg import sql

from bangban.machinery.children import Start, in_session, launch, signal_all
from tests.cast import NIGHT, WORKING_MORNING
from tests.ports import kept_port
from tests.prepared import in_server, migrated

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Bangban-2026"
BUILD = """
from bangban.upkeep import migrate_now, open_house
open_house()
migrate_now()
from bangban.demo.city import build
build()
"""


@dataclass
class House:
    """Where the house stands and what belongs to it; `night` is the same house some hours later."""

    folder: Path
    url: str
    address: str = ""
    night: str = ""
    programs: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def log(self) -> str:
        """Return what the programs said."""
        return (self.folder / "house.log").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Build the city and bring up pages and worker."""
        self._run("-c", BUILD)
        self.address = self._serve(WORKING_MORNING)
        self._launch(["-m", "bangban.cli", "worker"], WORKING_MORNING)
        self._wait(self.address)

    def start_night(self) -> str:
        """Serve the same house once more, at night; returns its address."""
        self.night = self._serve(NIGHT)
        self._wait(self.night)
        return self.night

    def stop(self) -> None:
        """End every program and wait for it."""
        for program in self.programs:
            program.terminate()
        for program in self.programs:
            try:
                program.wait(30)
            except subprocess.TimeoutExpired:
                signal_all(in_session(program.pid), signal.SIGKILL)
                program.wait(30)
        self.programs.clear()

    def _environment(self, moment: datetime) -> dict[str, str]:
        return {
            **os.environ,
            "BANGBAN_DATABASE_URL": self.url,
            "BANGBAN_CLOCK_SHIFT": str((moment - datetime.now(UTC)).total_seconds()),
            "BANGBAN_POOL": "8",
            "DATA": str(self.folder / "data"),
            "DJANGO_SETTINGS_MODULE": "bangban.settings",
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONUNBUFFERED": "1",
        }

    def _output(self) -> IO[bytes]:
        return (self.folder / "house.log").open("ab")

    def _run(self, *words: str) -> None:
        with self._output() as output:
            done = subprocess.run(
                [sys.executable, *words], env=self._environment(WORKING_MORNING), cwd=self.folder,
                stdout=output, stderr=subprocess.STDOUT, timeout=600, check=False,
            )  # fmt: skip
        assert done.returncode == 0, self.log()[-3000:]

    def _launch(self, words: list[str], moment: datetime) -> None:
        with self._output() as output:
            start = Start(
                [sys.executable, *words], self._environment(moment), output, cwd=self.folder, guard=True, label="e2e"
            )
            self.programs.append(launch(start))

    def _serve(self, moment: datetime) -> str:
        port = kept_port()
        self._launch(["-m", "bangban.cli", "serve", "--port", str(port)], moment)
        return f"http://127.0.0.1:{port}"

    def _wait(self, address: str, seconds: float = 240) -> None:
        end = time.monotonic() + seconds
        while True:
            try:
                with urlopen(f"{address}/healthz", timeout=30) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                pass
            assert time.monotonic() < end, f"does not serve: {self.log()[-3000:]}"
            time.sleep(0.1)


@contextmanager
def own_database(server: str) -> Iterator[str]:
    """Give the address of a new database on a server, migrated and empty, and drop it at the end."""
    name = f"bangban_e2e_{uuid4().hex[:12]}"
    names = sql.Identifier(name), sql.Identifier(migrated())
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    try:
        yield in_server(name)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(names[0]))
