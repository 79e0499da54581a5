"""Case numbers: day, running number and check digit, taken from the database in blocks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from bangban.foundation.ledger.identifiers import check_digit

BLOCK = 50
ZONE = ZoneInfo("Asia/Shanghai")
_lock = threading.Lock()
_left: Iterator[int] = iter(())


def next_number(at: datetime) -> str:
    """Return a new number such as ZX2611220000017; numbers skip when a process ends, and never repeat."""
    digits = f"{at.astimezone(ZONE):%y%m%d}{_running():07d}"
    return f"ZX{digits}{check_digit(digits)}"


def _running() -> int:
    """Take the next running number; the sequence gives fifty at a time."""
    global _left
    with _lock:
        for number in _left:
            return number
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('case_number')")
            block = int(cursor.fetchone()[0])
        _left = iter(range(block * BLOCK + 1, (block + 1) * BLOCK))
        return block * BLOCK


def forget_block() -> None:
    """Drop the numbers taken in advance, after the database was replaced (tests, restore)."""
    global _left
    with _lock:
        _left = iter(())
