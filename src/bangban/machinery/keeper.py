"""Keep one child process alive: start it, wait until it serves, start it again when it dies."""

import logging
import subprocess
import threading
import time
from collections.abc import Callable

from bangban.machinery.errors import PostgresError

log = logging.getLogger(__name__)
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 5.0


class Keeper:
    """Owns the child from a thread of its own, because the kernel ends the child together with that thread.

    `spawn` starts the child, `serves` tells whether it answers yet, `clear` removes what a dead one left behind.
    """

    def __init__(
        self,
        name: str,
        *,
        spawn: Callable[[], subprocess.Popen[bytes]],
        serves: Callable[[], bool],
        clear: Callable[[], None],
        interrupt: Callable[[subprocess.Popen[bytes]], None],
    ) -> None:
        self.name = name
        self._spawn, self._serves, self._clear, self._interrupt = spawn, serves, clear, interrupt
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._first_attempt = threading.Event()
        self._serving = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"keeper of {name}", daemon=True)
        self._failure: BaseException | None = None

    def start(self) -> None:
        """Return when the child serves; raises when the first attempt fails. No time limit: recovery may be long."""
        self._thread.start()
        self._first_attempt.wait()
        if not self._serving.is_set():
            self._thread.join()
            raise PostgresError(f"{self.name} did not start.") from self._failure

    def stop(self) -> None:
        """Interrupt the child and return when it has gone."""
        self._stopping.set()
        with self._lock:
            child = self._child
        if child is not None:
            self._interrupt(child)
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
        return self._child.pid if self._child is not None else None

    def wait_until_serving(self, seconds: float) -> bool:
        """Wait for a start or restart under way; whether the child serves now."""
        return self._serving.wait(seconds)

    def _keep(self) -> None:
        pause = SHORTEST_PAUSE
        while not self._stopping.is_set():
            try:
                ended = self._live_once()
            except Exception as error:
                self._failure = error
                log.exception("%s could not be started", self.name)
                ended = None
            was_serving = self._serving.is_set()
            self._serving.clear()
            if not self._first_attempt.is_set():
                self._first_attempt.set()
                return
            if self._stopping.is_set():
                return
            pause = SHORTEST_PAUSE if was_serving else min(pause * 2, LONGEST_PAUSE)
            log.warning("%s ended by itself (%s); starting it again in %.1f s", self.name, ended, pause)
            self._stopping.wait(pause)

    def _live_once(self) -> int:
        self._clear()
        with self._lock:
            # A stop that came before this point finds no child to interrupt, so none may be born.
            if self._stopping.is_set():
                return 0
            self._child = child = self._spawn()
        try:
            while child.poll() is None and not self._serves():
                time.sleep(0.03)
            if child.poll() is None:
                self._serving.set()
                self._first_attempt.set()
            return child.wait()
        finally:
            with self._lock:
                self._child = None
