"""Run the house's programs together: database first, then each program, restarted when it dies, all ended as one."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self

from bangban.machinery.children import Start, end_with_parent, in_session, launch, signal_all
from bangban.machinery.errors import ProgramFailed
from bangban.machinery.keeper import Child, Keeper
from bangban.machinery.postgres import EmbeddedPostgres

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DATABASE_VARIABLE = "BANGBAN_DATABASE_URL"
# Set by whoever wants the house to end when he is killed, as `make demo` does.
PARENT_VARIABLE = "BANGBAN_END_WITH_PARENT"
# How long the words of programs that have ended may take to come through their pipes.
LAST_WORDS_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Program:
    """One program of the house: `env` is added to ours, `grace` is the seconds it may take to end by itself.

    `probe` tells whether it already serves; without one it counts as serving once started.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    grace: float = 3.0
    probe: Callable[[], bool] = lambda: True


@dataclass(frozen=True, slots=True)
class GivenPostgres:
    """A database that somebody else runs."""

    url: str


class StopAsked(KeyboardInterrupt):
    """Somebody pressed Ctrl-C, or the system asked the house to end."""


class Household:
    """The database and the programs over one data folder; leaving it ends them all.

    `postgres.url` is the database's address: the embedded one's, or what BANGBAN_DATABASE_URL names. Enter it in the
    main thread: from then on Ctrl-C, SIGTERM and SIGHUP end the block quietly.
    """

    def __init__(self, data_dir: Path, *, out: IO[str] | None = None) -> None:
        given = os.environ.get(DATABASE_VARIABLE, "")
        self.postgres: EmbeddedPostgres | GivenPostgres = (
            GivenPostgres(given) if given else EmbeddedPostgres(data_dir, say=self.say)
        )
        self._out = out or sys.stdout
        self._out_lock = threading.Lock()
        self._repeaters: set[threading.Thread] = set()
        self._handlers: dict[signal.Signals, signal._HANDLER] = {}
        self._stop_asked = False

    def __enter__(self) -> Self:
        if os.environ.get(PARENT_VARIABLE):
            end_with_parent(signal.SIGTERM)
        if threading.current_thread() is threading.main_thread():
            self._handlers = {number: signal.signal(number, self._on_signal) for number in STOP_SIGNALS}
        try:
            if isinstance(self.postgres, EmbeddedPostgres):
                self.postgres.start()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._stop_asked = True
        self._close()
        return isinstance(error, StopAsked)

    def do(self, program: Program) -> None:
        """Run a program once, to its end; `ProgramFailed` when it does not succeed."""
        child = self._spawn(program)
        try:
            code = child.wait()
        except BaseException:
            child.terminate()
            child.wait()
            raise
        if code != 0:
            raise ProgramFailed(f"{program.name} failed with code {code}.")

    def run(self, programs: Iterable[Program], *, announce: Callable[[], None] = lambda: None) -> None:
        """Keep the programs running until somebody asks to stop; `announce` is called when all of them serve."""
        keepers = [self._keeper(program) for program in programs]
        try:
            for keeper in keepers:
                keeper.begin()
            for keeper in keepers:
                keeper.wait_until_serving()
            announce()
            while True:
                # Not signal.pause(): it would sleep through a signal that comes just before it.
                time.sleep(0.5)
        except StopAsked as asked:
            self._stop_asked = True
            self.say(f"stopping ({asked})")
        finally:
            self._stop_asked = True
            for keeper in keepers:
                keeper.request_stop()
            for keeper in keepers:
                keeper.stop()

    def say(self, sentence: str, name: str = "house") -> None:
        """Print a line with the name of who says it."""
        # A reader that left (`make demo | head`) must not stop the house.
        with self._out_lock, contextlib.suppress(OSError, ValueError):
            self._out.write(f"{name:<8}| {sentence}\n")
            self._out.flush()

    def _keeper(self, program: Program) -> Keeper:
        last: list[Child] = []

        def spawn() -> Child:
            last[:] = [self._spawn(program)]
            return last[0]

        def clear() -> None:
            # The guard takes its program along, unless the guard itself was killed.
            for child in last:
                signal_all(in_session(child.pid), signal.SIGKILL)

        return Keeper(
            program.name,
            spawn=spawn,
            interrupt=subprocess.Popen.terminate,
            serves=program.probe,
            clear=clear,
            say=self.say,
        )

    def _spawn(self, program: Program) -> Child:
        env = {**os.environ, "PYTHONUNBUFFERED": "1", DATABASE_VARIABLE: self.postgres.url, **program.env}
        start = Start(
            program.argv,
            env,
            subprocess.PIPE,
            cwd=Path.cwd(),
            guard=True,
            grace=program.grace,
            label=program.name,
        )
        child = launch(start)
        repeater = threading.Thread(target=self._repeat, args=(program.name, child.stdout), daemon=True)
        self._repeaters.add(repeater)
        repeater.start()
        return child

    def _repeat(self, name: str, output: IO[bytes]) -> None:
        with output:
            for line in output:
                self.say(line.decode(errors="replace").rstrip("\r\n"), name)
        self._repeaters.discard(threading.current_thread())

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        # Only once: a second Ctrl-C must not break off the stopping.
        if not self._stop_asked:
            self._stop_asked = True
            raise StopAsked(signal.Signals(number).name)

    def _close(self) -> None:
        if isinstance(self.postgres, EmbeddedPostgres):
            self.postgres.stop()
        until = time.monotonic() + LAST_WORDS_SECONDS
        for repeater in list(self._repeaters):
            repeater.join(max(0.0, until - time.monotonic()))
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers = {}


def answers_on(port: int, host: str = "127.0.0.1") -> Callable[[], bool]:
    """A probe: whether something accepts connections on this port."""

    def probe() -> bool:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            return False
        return True

    return probe


def require_free_port(port: int, host: str = "127.0.0.1") -> None:
    """Raise `ProgramFailed` with a sentence for the user when the port cannot be taken."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise ProgramFailed(
                f"Port {port} cannot be used ({error.strerror}): "
                "stop the program that has it, or choose another with PORT=."
            ) from None
