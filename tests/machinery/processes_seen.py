"""What the tests of processes look at: the system's own list, by a mark in the environment or a working folder."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bangban.machinery.cluster import server_processes

MARK = "BANGBAN_TEST_MARK"
PATIENCE = 60.0
"""Seconds that a test waits for what must come: a net under it, never what it measures."""


def marked(mark: str) -> list[int]:
    """Process ids that inherited `mark` in their environment; the dead that nobody has collected do not count."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = Path(entry.path, "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if wanted in words:
                found.append(int(entry.name))
    return found


def child_of(parent: int) -> int:
    """Process id of the one child of `parent`; by parentage, since ids may begin again from below."""
    (only,) = (int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit() and _parent(entry) == parent)
    return only


def _parent(entry: os.DirEntry[str]) -> int | None:
    try:
        return int(Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()[1])
    except OSError:
        return None


def servers(data_dir: Path) -> list[int]:
    """Process ids of the PostgreSQL that works over `data_dir`."""
    return server_processes(data_dir / "postgres" / "cluster")


def soon(question: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Ask until the answer is true or the time is over."""
    deadline = time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.03)
    return True


def python(script: str, *words: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start a script in a process group of its own, as a shell starts a command in the foreground."""
    return start([sys.executable, "-c", script, *words], env=env)


def start(
    argv: Sequence[str], *, env: Mapping[str, str] | None = None, user: int | None = None
) -> subprocess.Popen[str]:
    """Start a command with its output to read."""
    return subprocess.Popen(
        argv,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **(env or {})},
        start_new_session=True,
        user=user,
    )


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """Read the output up to the line that holds `text`; fails with what was read when it never comes."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return "".join(lines)
    raise AssertionError(f"{text!r} never came; the output was:\n{''.join(lines)}")
