"""A whole house in real processes over a scratch folder, to be broken by tests.

Each has a PostgreSQL of its own, since tests kill that too. The first house of a run is filled and put aside; every house
begins with a copy of its folder.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bangban.machinery.postgres import EmbeddedPostgres
from tests.cast import WORKING_MORNING
from tests.ports import kept_port
from tests.prepared import RUN, once

ROOT = Path(__file__).resolve().parents[2]
FILLED = RUN / "house"
CLI = [sys.executable, "-m", "bangban.cli"]
PREPARE = """
import json, sys
from bangban.upkeep import open_house, migrate_now
open_house(); migrate_now()
from tests.cast import make_city
from bangban.foundation.access.models import Account
from bangban.foundation.access.tokens import make_token
from bangban.foundation.access.models import Token
city = make_city()
tokens = {name: make_token(Account.objects.get(id=actor.account_id), "test") for name, actor in city.staff().items()}
Token.objects.update(rate_per_minute=1000000)
json.dump(tokens, sys.stdout)
"""
CASE = {"question": "失业了怎么领失业金", "contact": {"name": "张三", "phone": "13900000001"}, "channel": "web"}


@dataclass
class Reply:
    """What the server answered."""

    status: int
    content: bytes
    headers: dict[str, str]

    @property
    def body(self) -> Any:
        return json.loads(self.content)


class House:
    """Database (kept alive by this process), web and worker, each of which can be killed."""

    def __init__(self, folder: Path) -> None:
        once("house", _fill)
        self.folder, self.data = folder, folder / "data"
        self.tokens: dict[str, str] = json.loads((FILLED / "tokens").read_text())
        shutil.copytree(FILLED / "data", self.data)
        self.said: list[str] = []
        self.database = EmbeddedPostgres(self.data, say=self.said.append).start()
        self.port = kept_port()
        self.processes: list[subprocess.Popen[bytes]] = []

    @property
    def env(self) -> dict[str, str]:
        return _environment(self.data, self.database)

    def run(self, command: list[str], *, check: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        done = subprocess.run(command, env={**self.env, **more}, cwd=ROOT, capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done

    def bangban(self, *words: str, check: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
        """Run `bangban ...`."""
        return self.run([*CLI, *words], check=check, **more)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start `bangban ...` and leave it running."""
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            child = subprocess.Popen([*CLI, *words], env=self.env, cwd=ROOT, stdout=log, stderr=log)
        self.processes.append(child)
        return child

    def serve(self) -> subprocess.Popen[bytes]:
        """Start the web process and wait until it answers."""
        child = self.start("serve", "--port", str(self.port))
        assert soon(self.answers, 240), (self.folder / "serve.log").read_text()[-3000:]
        return child

    def answers(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.ask("GET", "/healthz").status == 200
        return False

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """Send one request over a new connection."""
        content = json.dumps(body).encode() if body is not None else None
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            line.request(method, path, content, {"Content-Type": "application/json", **named})
            response = line.getresponse()
            return Reply(response.status, response.read(), dict(response.headers))

    def opened(self) -> tuple[str, str]:
        """Return number and code of a new case."""
        answer = self.ask("POST", "/api/v1/cases", CASE, Authorization=f"Bearer {self.tokens['guide']}")
        assert answer.status == 201, answer.content
        return answer.body["number"], answer.body["token"]

    def sql(self, statement: str, *values: Any) -> list[Any]:
        """Ask the database directly."""
        with psycopg.connect(self.database.url, autocommit=True) as line:
            cursor = line.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def kill(self, child: subprocess.Popen[bytes]) -> None:
        """End a process without a word, as a power cut would."""
        child.send_signal(signal.SIGKILL)
        child.wait(30)

    def stop(self) -> None:
        """End everything."""
        for child in self.processes:
            if child.poll() is None:
                child.terminate()
        for child in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(30)
            if child.poll() is None:
                self.kill(child)
        self.processes = []
        self.database.stop()


def _environment(data: Path, database: EmbeddedPostgres) -> dict[str, str]:
    shift = WORKING_MORNING.timestamp() - time.time()
    return {
        **os.environ,
        "DATA": str(data),
        "BANGBAN_DATABASE_URL": database.url,
        "BANGBAN_CLOCK_SHIFT": str(shift),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "BANGBAN_LOG": os.environ.get("BANGBAN_LOG", "ERROR"),
    }


def _fill() -> None:
    data = FILLED / "data"
    with EmbeddedPostgres(data, durable=False) as database:
        words = [sys.executable, "-c", PREPARE]
        done = subprocess.run(
            words, env=_environment(data, database), cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (FILLED / "tokens").write_text(done.stdout)


def soon(question: Callable[[], object], seconds: float = 60.0) -> bool:
    """Ask until the answer is true or the time is over."""
    deadline = time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def memory_kb(pid: int) -> Iterator[int]:
    """Yield the resident kilobytes of a process, as often as asked."""
    while True:
        text = Path(f"/proc/{pid}/status").read_text()
        yield int(text.partition("VmRSS:")[2].split()[0])
