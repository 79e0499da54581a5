"""Start children through `launch.py`, and find what others left running."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bangban.machinery.accounts import Account
from bangban.machinery.launch import PR_SET_PDEATHSIG, Order, prctl

LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True, slots=True)
class Start:
    """What to start. The first word of `argv` is an absolute path.

    `grace` is in seconds and counts only for guarded programs; `inherit` names open files the child keeps; `text` is
    its standard input; `label` shows in process lists beside a guard.
    """

    argv: Sequence[str]
    env: Mapping[str, str]
    output: IO[bytes] | int
    cwd: Path = Path("/")
    death_signal: signal.Signals = signal.SIGTERM
    guard: bool = False
    grace: float = 3.0
    account: Account | None = None
    inherit: Collection[int] = ()
    text: str = ""
    label: str = ""

    def order(self) -> Order:
        """The same for `launch.py`, from this process."""
        order = Order(
            argv=list(self.argv),
            env=dict(self.env),
            cwd=os.fspath(self.cwd),
            supervisor=os.getpid(),
            death_signal=int(self.death_signal),
            guard=self.guard,
            grace=self.grace,
            input=self.text,
        )
        if self.account is not None:
            order["account"] = (self.account.uid, self.account.gid)
        return order


def launch(start: Start) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own; it ends when the calling thread ends.

    The kernel ties the death signal to the *thread*, so call this from one that lives as long as the child should.
    """
    with tempfile.TemporaryFile() as order:
        order.write(json.dumps(start.order()).encode())
        order.seek(0)
        return subprocess.Popen(  # noqa: S603 - our own script; the program it becomes is our own, too
            [sys.executable, "-I", "-S", os.fspath(LAUNCHER), start.label],
            stdin=order,
            stdout=start.output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=tuple(start.inherit),
        )


def end_with_parent(death_signal: signal.Signals) -> None:
    """Let the kernel send this process a signal when the process that started it dies."""
    prctl(PR_SET_PDEATHSIG, death_signal)


def _running() -> Iterator[int]:
    return (int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit())


def carrying(mark: str, program: str, owner: int) -> list[int]:
    """Process ids of `owner`'s processes named `program` with `mark` in their command line or title.

    Read from what every user may see: in a container even root may not look into another account's process.
    """
    return [pid for pid in _running() if _carries(Path(f"/proc/{pid}"), mark.encode(), program, owner)]


def _carries(process: Path, mark: bytes, program: str, owner: int) -> bool:
    try:
        return (
            process.stat().st_uid == owner
            and (process / "comm").read_text() == f"{program}\n"
            and mark in (process / "cmdline").read_bytes()
        )
    except OSError:
        return False


def in_session(session: int) -> list[int]:
    """Process ids that belong to the session opened by process `session`."""
    found = []
    for pid in _running():
        try:
            if os.getsid(pid) == session:
                found.append(pid)
        except OSError:
            continue
    return found


def signal_all(pids: Collection[int], number: signal.Signals) -> None:
    """Send a signal to each process that still exists."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
