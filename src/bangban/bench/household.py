"""A house of its own for measuring: a durable database in a scratch folder, a small city, a served port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bangban.machinery.cluster import Binaries
from bangban.machinery.postgres import EmbeddedPostgres, binaries

MORNING = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


def line(
    name: str, value: float, unit: str, *, base: str = "", ratio: float | None = None, n: int = 1
) -> dict[str, Any]:
    """Return one figure in the form of `bangban bench --json`."""
    return {"name": name, "value": value, "unit": unit, "base": base, "ratio": ratio, "n": n}


class BenchHouse:
    """Starts the database on entry; `serve` starts a web process; everything ends on exit."""

    def __init__(self, folder: Path) -> None:
        os.environ["DATA"] = str(folder / "data")
        os.environ["BANGBAN_CLOCK_SHIFT"] = str((MORNING - datetime.now(UTC)) / timedelta(seconds=1))
        self.database = EmbeddedPostgres(folder / "data")
        self.binaries: Binaries = binaries()
        self.port = free_port()
        self._web: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the database's address."""
        return self.database.url

    def __enter__(self) -> Self:
        """Start the database and bring it to this version."""
        self.database.start()
        os.environ["BANGBAN_DATABASE_URL"] = self.url
        from bangban.upkeep import migrate_now, open_house

        open_house()
        migrate_now()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything."""
        from django.db import connections

        self.stop_serving()
        connections.close_all()
        self.database.stop()

    def prepare_city(self) -> None:
        """Make one centre with a guide and a manager."""
        from bangban.foundation.access.models import Account
        from bangban.registry.org import actions as org

        org.save_region("440100", "广州市")
        org.save_body(
            org.NewBody("gz", "广州市政务服务中心", "service_center", "city", "440100", online_since=MORNING.date())
        )
        org.save_staff(org.NewStaff("guide", "林引导", "gz", ("triage_agent",)))
        org.save_staff(org.NewStaff("manager", "梁管理", "gz", ("service_manager",)))
        Account.objects.update(confidentiality_signed_at=MORNING)

    def token(self, username: str = "guide") -> str:
        """Return a bearer token that is not slowed down."""
        from bangban.foundation.access.models import Account, Token
        from bangban.foundation.access.tokens import make_token
        from bangban.foundation.access.undertaking import VERSION, accept_undertaking

        account = Account.objects.get(username=username)
        accept_undertaking(account.id, VERSION)
        text = make_token(account, "bench")
        Token.objects.filter(account=account).update(rate_per_minute=100_000_000)
        return text

    def serve(self) -> None:
        """Start a web process and wait until it answers."""
        command = [sys.executable, "-m", "bangban.cli", "serve", "--port", str(self.port)]
        self._web = subprocess.Popen(command)
        wait_for(f"http://127.0.0.1:{self.port}/healthz")

    def stop_serving(self) -> None:
        """End the web process."""
        if self._web is not None:
            self._web.terminate()
            self._web.wait(10)
            self._web = None

    def pin(self, *, web: int, database: int) -> None:
        """Bind the web process and the database to cores; connections made later inherit it."""
        if self._web is not None:
            _bind(_with_threads(self._web.pid), web)
        if self.database.pid:
            _bind([self.database.pid, *_children(self.database.pid)], database)

    def cpu_seconds(self) -> float:
        """Return the processor time of the web process so far."""
        assert self._web is not None
        fields = Path(f"/proc/{self._web.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _with_threads(pid: int) -> list[int]:
    return [int(entry.name) for entry in Path(f"/proc/{pid}/task").iterdir()]


def _children(pid: int) -> list[int]:
    text = " ".join(p.read_text() for p in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(word) for word in text.split()]


def _bind(pids: Iterable[int], core: int) -> None:
    for pid in pids:
        try:
            os.sched_setaffinity(pid, {core})
        except ProcessLookupError:
            continue


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, seconds: float = 30) -> None:
    """Wait until an address answers; TimeoutError otherwise."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=2)  # noqa: S310 - our own loopback address
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer within {seconds} s.")
