"""Start one process so that it cannot outlive its supervisor.

Run as a script (`python -I -S launch.py`) with an order as JSON on standard input. It is a script of its own,
because what it does between fork and exec is not safe inside a program with threads.

An order either *becomes* its program (`guard` false), so the supervisor's child is the program itself, or *guards*
it: the script stays as the parent, adopts whatever the program leaves behind and takes all of it along when the
program ends or the supervisor dies. Linux only (prctl).
"""

import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NotRequired, TypedDict

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
GUARD_SIGNALS = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


class Order(TypedDict):
    """What to start, for whom, and as whom."""

    argv: list[str]
    env: dict[str, str]
    cwd: str
    supervisor: int
    death_signal: int
    guard: bool
    grace: float
    account: NotRequired[tuple[int, int]]
    input: NotRequired[str]


def prctl(option: int, value: int) -> None:
    """Ask the kernel for one property of this process."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _die_with(parent: int, death_signal: int) -> None:
    prctl(PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:
        # The parent died before the line above could tell the kernel to report it.
        raise SystemExit(0)


def _drop_to(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def _run(order: Order) -> None:
    # Python ignores these two, and a program would inherit that.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    os.execve(order["argv"][0], order["argv"], order["env"])  # noqa: S606 - no shell is wanted


def become(order: Order) -> None:
    """Turn this process into the ordered program; returns only by an exception."""
    os.umask(0o077)
    os.chdir(order["cwd"])
    if "account" in order:
        _drop_to(*order["account"])
    # After the change of account: a change of credentials clears the death signal.
    _die_with(order["supervisor"], order["death_signal"])
    _run(order)


def _complain(order: Order, error: OSError) -> None:
    sys.stderr.write(f"cannot start {order['argv'][0]}: {error.strerror}\n")
    sys.stderr.flush()


def _start_guarded(order: Order) -> int:
    guardian = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, GUARD_SIGNALS)
        os.chdir(order["cwd"])
        _die_with(guardian, signal.SIGKILL)
        _run(order)
    except OSError as error:
        _complain(order, error)
    os._exit(127)


def _children() -> Iterator[int]:
    me = os.getpid()
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                facts = Path(entry.path, "stat").read_bytes()
                # The name in brackets may hold spaces and brackets; state and parent follow the last one.
                parent = int(facts.rpartition(b")")[2].split()[1])
            except (OSError, IndexError):
                continue
            if parent == me:
                yield int(entry.name)


def _kill_all_below() -> None:
    # Killing a child hands its own children to this process, so the sweep repeats until none is left.
    while True:
        for pid in _children():
            os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _reap(program: int) -> int | None:
    """Collect everything that has ended; the program's wait status when it is among them."""
    status = None
    while True:
        try:
            pid, ended = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return status
        if pid == 0:
            return status
        if pid == program:
            status = ended


def guard(order: Order) -> int:
    """Run the ordered program and everything it starts; returns its exit code (128 + n for signal n)."""
    signal.pthread_sigmask(signal.SIG_BLOCK, GUARD_SIGNALS)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    _die_with(order["supervisor"], order["death_signal"])
    program = _start_guarded(order)
    deadline = float("inf")
    status = None
    while status is None and time.monotonic() < deadline:
        left = min(3600.0, deadline - time.monotonic())
        news = signal.sigtimedwait(GUARD_SIGNALS, max(0.0, left))
        status = _reap(program)
        if news and news.si_signo != signal.SIGCHLD and status is None:
            os.kill(program, signal.SIGTERM)
            deadline = min(deadline, time.monotonic() + order["grace"])
    _kill_all_below()
    if status is None:
        return 128 + signal.SIGKILL
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _read_from(text: str) -> None:
    """Make `text` (up to a pipe's 64 KiB) what the program finds on its standard input."""
    reader, writer = os.pipe()
    os.write(writer, text.encode())
    os.close(writer)
    os.dup2(reader, 0)
    os.close(reader)


def main() -> int:
    """Carry out the order on standard input."""
    order: Order = json.load(sys.stdin.buffer)
    _read_from(order.get("input", ""))
    if order["guard"]:
        return guard(order)
    try:
        become(order)
    except OSError as error:
        _complain(order, error)
    return 127


if __name__ == "__main__":
    sys.exit(main())
