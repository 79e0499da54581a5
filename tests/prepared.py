"""What takes long to make is made once for a run, and everybody begins with a copy of it that nobody else sees.

Running all migrations costs most of a minute of computing. So one database is migrated, the first time anybody asks, and
the server copies it (`CREATE DATABASE ... TEMPLATE`) for each worker of the run and for each house in processes.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
RUN = Path(os.environ["BANGBAN_TEST_RUN"])
"""A folder that all processes of this run share; tests/server.py makes and removes it."""
MIGRATED = f"migrated_{RUN.name}"


def once(name: str, make: Callable[[], None]) -> None:
    """Let the first process of the run that comes here make something; the others wait until it is made."""
    with (RUN / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made := RUN / f"{name}.made").exists():
            make()
            made.touch()


def migrated() -> str:
    """Return the name of a database that is migrated and otherwise empty, to be copied and never to be entered."""
    once("migrated", _migrate)
    return MIGRATED


def begin() -> subprocess.Popen[bytes]:
    """Begin to migrate beside whatever this process does next."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.prepared"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def remove() -> None:
    """Drop the database again, on a server that stays, if anybody asked for it."""
    if (RUN / "migrated.lock").exists():
        _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)")


def in_server(database: str) -> str:
    """Return the address of another database on the server of this run."""
    base, _, query = os.environ["BANGBAN_DATABASE_URL"].partition("?")
    return f"{base.rpartition('/')[0]}/{database}" + (f"?{query}" if query else "")


def _migrate() -> None:
    _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", "CREATE DATABASE {}")
    environment = {
        **os.environ,
        "BANGBAN_DATABASE_URL": in_server(MIGRATED),
        "DJANGO_SETTINGS_MODULE": "bangban.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    words = [sys.executable, "-m", "django", "migrate", "--verbosity", "0", "--no-input"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def _administer(*statements: str) -> None:
    with psycopg.connect(os.environ["BANGBAN_DATABASE_URL"], autocommit=True) as connection:
        for statement in statements:
            connection.execute(sql.SQL(statement).format(sql.Identifier(MIGRATED)))


if __name__ == "__main__":
    migrated()
