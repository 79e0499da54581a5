"""Start children through `launch.py`, and find what others left running."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from bangban.machinery.accounts import Account
from bangban.machinery.launch import PR_SET_PDEATHSIG, Order, prctl

LAUNCHER = Path(__file__).with_name("launch.py")


def launch(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    output: IO[bytes] | int,
    cwd: str | Path = "/",
    death_signal: signal.Signals = signal.SIGTERM,
    guard: bool = False,
    grace: float = 3.0,
    account: Account | None = None,
    inherit: Collection[int] = (),
    text: str = "",
    label: str = "",
) -> subprocess.Popen[bytes]:
    """Start `argv` (first word: an absolute path) in a session of its own; it ends when the calling thread ends.

    The kernel ties the death signal to the *thread*, so call this from one that lives as long as the child should.
    `grace` is in seconds and counts only for guarded programs; `inherit` names open files the child keeps; `text` is
    its standard input; `label` shows in process lists beside a guard.
    """
    order = Order(
        argv=list(argv),
        env=dict(env),
        cwd=os.fspath(cwd),
        supervisor=os.getpid(),
        death_signal=int(death_signal),
        guard=guard,
        grace=grace,
        input=text,
    )
    if account is not None:
        order["account"] = (account.uid, account.gid)
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", os.fspath(LAUNCHER), label],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        pass_fds=tuple(inherit),
    )
    assert child.stdin is not None
    with child.stdin as pipe:
        pipe.write(json.dumps(order).encode())
    return child


def end_with_parent(death_signal: signal.Signals) -> None:
    """Let the kernel send this process a signal when the process that started it dies."""
    prctl(PR_SET_PDEATHSIG, death_signal)


def _running() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def working_in(directory: Path, program: str) -> list[int]:
    """Process ids of `program` whose working directory is `directory`; never another program's, whatever its id."""
    try:
        wanted = directory.stat()
    except FileNotFoundError:
        return []
    return [pid for pid in _running() if _works_in(pid, wanted, program)]


def _works_in(pid: int, wanted: os.stat_result, program: str) -> bool:
    try:
        where = os.stat(f"/proc/{pid}/cwd")
        name = os.path.basename(os.readlink(f"/proc/{pid}/exe")).removesuffix(" (deleted)")
    except OSError:
        return False
    return name == program and os.path.samestat(where, wanted)


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
