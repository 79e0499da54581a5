"""A small file of events that the house has not taken yet: what was seen is not lost when a process or disk write ends.

Each line is one sealed event, because it may hold a number. Lines are appended and flushed to the disk before anything
else happens; a second file holds how far the house has taken them.
"""

from __future__ import annotations

import base64
import errno
import fcntl
import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bangban.foundation.privacy.crypto import SealBroken, seal, unseal
from bangban.machinery.durable import sync_folder, sync_name
from bangban.services.telephony.events import ExchangeEvent

logger = logging.getLogger("bangban.telephony.asterisk")
PLACE = "telephony_spool.line"
EMPTY_AT = 4_000_000
"""Bytes at which a file that has been taken wholly is begun anew."""


class Spool:
    """One writer and one reader, in threads of the same process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lines, self._mark = folder / "events", folder / "taken"
        self._lock = threading.Lock()
        self._aside: set[bytes] = set()
        self.filled = threading.Event()
        self._file = os.open(self._lines, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self._hold(folder)
        sync_name(self._lines)
        self._drop_torn_line()
        size = os.fstat(self._file).st_size
        taken = int(self._mark.read_text() or "0") if self._mark.exists() else 0
        self._taken = taken if taken <= size else 0
        if size > self._taken:
            self.filled.set()

    def _hold(self, folder: Path) -> None:
        """Keep every other process out: two would ring each caller's agent twice. LookupError when one is there."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise LookupError(
                f"Another adapter works with {folder}; end it, or give this one --exchange NAME."
            ) from error

    def _drop_torn_line(self) -> None:
        """Cut off a line that was being written when the process was killed: its message was never acted on."""
        content = self._lines.read_bytes()
        if content and not content.endswith(b"\n"):
            os.ftruncate(self._file, content.rfind(b"\n") + 1)

    def append(self, events: Sequence[ExchangeEvent]) -> None:
        """Write events down; they are on the disk when this returns."""
        if not events:
            return
        lines = b"".join(base64.b64encode(seal(msgspec.json.encode(event).decode(), PLACE)) + b"\n" for event in events)
        with self._lock:
            before = os.fstat(self._file).st_size
            if os.write(self._file, lines) < len(lines):
                os.ftruncate(self._file, before)
                raise OSError(
                    errno.ENOSPC, "The disk is full; what was seen could not be written down", str(self._lines)
                )
            os.fsync(self._file)
            self.filled.set()

    def waiting(self, most: int) -> tuple[list[ExchangeEvent], int]:
        """Return the oldest events that the house has not taken, and the place after them."""
        with self._lock:
            content = os.pread(self._file, most * 2000, self._taken)
        lines = content[: content.rfind(b"\n") + 1].split(b"\n")[:-1][:most]
        return list(filter(None, map(self._event, lines))), self._taken + sum(len(line) + 1 for line in lines)

    def _event(self, line: bytes) -> ExchangeEvent | None:
        """Read one line; one that cannot be read is put aside, for it must not hold up those behind it."""
        try:
            return msgspec.json.decode(unseal(base64.b64decode(line), PLACE), type=ExchangeEvent)
        except (ValueError, SealBroken) as error:
            if line not in self._aside:
                self._aside.add(line)
                with (self._lines.parent / "unread").open("ab") as file:
                    file.write(line + b"\n")
                logger.error("a line of the spool cannot be read and was put into the file unread: %s", error)
            return None

    def take(self, place: int) -> None:
        """Note that the house has taken everything before a place."""
        with self._lock:
            if place >= EMPTY_AT and place == os.fstat(self._file).st_size:
                place = 0
            self._note(place)
            if place == 0:
                # The mark first: with the former one, new events would be held for taken.
                sync_folder(self._mark.parent)
                os.ftruncate(self._file, 0)
            self._taken = place
            if place == os.fstat(self._file).st_size:
                self.filled.clear()

    def _note(self, place: int) -> None:
        new = self._mark.with_suffix(".new")
        with new.open("w") as file:
            file.write(str(place))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._mark)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)
