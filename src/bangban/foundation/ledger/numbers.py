"""Numbers of records that people read aloud: prefix, day, running number and check digit.

Running numbers are taken from a sequence of the database in blocks of fifty, so that most openings cost no round trip.
A sequence named `x` is made by the room's own migration (CREATE SEQUENCE x).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from weakref import WeakSet
from zoneinfo import ZoneInfo

from django.db import connection

from bangban.foundation.ledger.identifiers import check_digit

BLOCK = 50
ZONE = ZoneInfo("Asia/Shanghai")
_all: WeakSet[NumberSeries] = WeakSet()


class NumberSeries:
    """The numbers of one record kind; they skip when a process ends, and never repeat."""

    def __init__(self, prefix: str, sequence: str) -> None:
        self.prefix, self.sequence = prefix, sequence
        self._lock = threading.Lock()
        self._left: Iterator[int] = iter(())
        _all.add(self)

    def next(self, at: datetime) -> str:
        """Return a new number such as ZX26112200000173, with the local day of an aware moment."""
        digits = f"{at.astimezone(ZONE):%y%m%d}{self._running():07d}"
        return f"{self.prefix}{digits}{check_digit(digits)}"

    def forget(self) -> None:
        """Drop the numbers taken in advance, after the database was replaced (tests, restore)."""
        with self._lock:
            self._left = iter(())

    def _running(self) -> int:
        """Take the next running number; one value of the sequence stands for a whole block."""
        with self._lock:
            for number in self._left:
                return number
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval(%s::regclass)", [self.sequence])
                block = int(cursor.fetchone()[0])
            self._left = iter(range(block * BLOCK + 1, (block + 1) * BLOCK))
            return block * BLOCK


def forget_all() -> None:
    """Drop what every series of this process has taken in advance."""
    for series in list(_all):
        series.forget()
