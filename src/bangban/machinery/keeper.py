"""Keep one child process alive: start it, wait until it serves, start it again when it dies."""

import logging
import subprocess
import threading
import time
from collections.abc import Callable

from bangban.machinery.errors import PostgresError

log = logging.getLogger(__name__)
SHORTEST_PAUSE, LONGEST_PAUSE, STEADY = 0.2, 5.0, 10.0

Child = subprocess.Popen[bytes]


def _nothing() -> None:
    return None


def _at_once() -> bool:
    return True


class Keeper:
    """Owns the child from a thread of its own, because the kernel ends the child together with that thread.

    `spawn` starts the child, `interrupt` asks it to end, `serves` tells whether it answers yet, `clear` removes what
    an earlier one left behind, `say` takes a sentence about each restart.
    """

    def __init__(
        self,
        name: str,
        *,
        spawn: Callable[[], Child],
        interrupt: Callable[[Child], None],
        serves: Callable[[], bool] = _at_once,
        clear: Callable[[], None] = _nothing,
        say: Callable[[str], None] = log.warning,
    ) -> None:
        self.name = name
        self._spawn, self._interrupt, self._serves, self._clear, self._say = spawn, interrupt, serves, clear, say
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._stopping = threading.Event()
        self._first_attempt = threading.Event()
        self._serving = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"keeper of {name}", daemon=True)
        self._failure: Exception | None = None
        self._one_attempt = False

    def begin(self) -> None:
        """Start the child without waiting for it."""
        self._thread.start()

    def start(self) -> None:
        """Start the child and return when it serves, however long its recovery takes; raises when it ends instead."""
        self._one_attempt = True
        self.begin()
        self._first_attempt.wait()
        self._one_attempt = False
        if not self._serving.is_set():
            self.stop()
            raise PostgresError(f"{self.name} did not start.") from self._failure

    def request_stop(self) -> None:
        """Interrupt the child and do not start it again."""
        self._stopping.set()
        with self._lock:
            child = self._child
        if child is not None:
            self._interrupt(child)

    def stop(self) -> None:
        """Interrupt the child and return when it has gone."""
        self.request_stop()
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def serving(self) -> bool:
        """Whether the child runs and has answered since its start."""
        child = self._child
        return self._serving.is_set() and child is not None and child.poll() is None

    @property
    def pid(self) -> int | None:
        """The child's process id while there is one."""
        child = self._child
        return child.pid if child is not None else None

    def wait_until_serving(self, seconds: float | None = None) -> bool:
        """Wait for a start or restart under way; whether the child serves now."""
        return self._serving.wait(seconds)

    def _keep(self) -> None:
        pause = SHORTEST_PAUSE
        while not self._stopping.is_set():
            born = time.monotonic()
            ending = self._live_once()
            self._serving.clear()
            self._first_attempt.set()
            if self._stopping.is_set() or self._one_attempt:
                return
            pause = SHORTEST_PAUSE if time.monotonic() - born > STEADY else min(pause * 2, LONGEST_PAUSE)
            self._say(f"{self.name} ended by itself ({ending}); starting it again in {pause:.1f} s")
            self._stopping.wait(pause)

    def _live_once(self) -> str:
        try:
            self._clear()
            with self._lock:
                # A stop that came before this point found no child to interrupt, so none may be born.
                if self._stopping.is_set():
                    return "stopped"
                self._child = child = self._spawn()
        except Exception as error:
            # Whatever kept it from starting: the next try may succeed.
            self._failure = error
            return str(error)
        try:
            while child.poll() is None and not self._serves():
                time.sleep(0.03)
            if child.poll() is None:
                self._serving.set()
                self._first_attempt.set()
            return f"code {child.wait()}"
        finally:
            with self._lock:
                self._child = None
