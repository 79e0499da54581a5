"""The folder of one embedded PostgreSQL: who holds it, where its socket is, what it logs."""

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import IO

from bangban.machinery.cluster import PORT
from bangban.machinery.errors import AlreadyRunning

# A socket's path may have 107 bytes; some are kept in reserve.
LONGEST_SOCKET_PATH = 100
LARGEST_LOG = 10 * 1024 * 1024


class Room:
    """`data_dir/postgres` on disk."""

    def __init__(self, data_dir: Path) -> None:
        self.path = Path(data_dir).resolve() / "postgres"
        self.cluster = self.path / "cluster"
        self.log_file = self.path / "server.log"
        self._note = self.path / "socket-elsewhere"
        self._address = self.path / "url"
        self._lock: int | None = None

    def enter(self) -> None:
        """Take the folder for this process, or raise `AlreadyRunning`; the kernel gives it free when we die."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + 0.5
        while not _locked(lock, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                holder = os.pread(lock, 20, 0).decode() or "?"
                os.close(lock)
                raise AlreadyRunning(
                    f"Process {holder} already runs the database in {self.path.parent}: "
                    "stop it first, or choose another folder with DATA=."
                )
            time.sleep(0.05)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        self._lock = lock

    def leave(self) -> None:
        """Give the folder free; does nothing when it is not ours."""
        if self._lock is not None:
            self.forget_address()
            os.close(self._lock)
            self._lock = None

    def address(self) -> str | None:
        """The address another process serves this folder at; None when nobody does."""
        if self.is_free() or not self._address.exists():
            return None
        return self._address.read_text()

    def is_free(self) -> bool:
        """Whether no process holds this folder now."""
        try:
            lock = os.open(self.path / "lock", os.O_RDWR)
        except FileNotFoundError:
            return True
        try:
            return _locked(lock, fcntl.LOCK_SH)
        finally:
            os.close(lock)

    def publish(self, address: str) -> None:
        """Tell other processes of this user where the server is."""
        _write_private(self._address, address)

    def forget_address(self) -> None:
        """Take the address back, and remove the short folder this or a killed start made for the socket."""
        self._address.unlink(missing_ok=True)
        if self._note.exists():
            shutil.rmtree(self._note.read_text(), ignore_errors=True)
            self._note.unlink()

    def socket_folder(self) -> Path:
        """Where the socket goes: in the room, or in a short temporary folder when the path would be too long."""
        own = self.path / "socket"
        if len(os.fsencode(own / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
            return own
        short = Path(tempfile.mkdtemp(prefix="bangban-", dir="/tmp"))
        _write_private(self._note, str(short))
        return short

    def open_log(self) -> IO[bytes]:
        """Open the server's log for appending; a large one is set aside first."""
        if self.log_file.exists() and self.log_file.stat().st_size > LARGEST_LOG:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        return self.log_file.open("ab")

    def log_tail(self, lines: int = 15) -> str:
        """The last lines of the server's log."""
        if not self.log_file.exists():
            return "(empty)"
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-lines:])

    def postmaster_pid(self) -> int | None:
        """The process id the server wrote down; it may be stale and by now belong to anybody."""
        try:
            return int((self.cluster / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return None

    def forget_postmaster(self) -> None:
        """Remove the server's own note of its process id."""
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)


def _locked(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_private(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_text(text)
    draft.replace(path)
