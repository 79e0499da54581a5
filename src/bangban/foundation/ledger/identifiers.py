"""Identifiers: time-ordered ids for rows, and numbers that people read aloud."""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

_last = 0
_lock = threading.Lock()


def new_id() -> UUID:
    """Return a UUID version 7; ids made by one process are strictly increasing."""
    global _last
    with _lock:
        ticks = time.time_ns() >> 8
        _last = ticks = max(ticks, _last + 1)
    milliseconds, fraction = divmod(ticks << 8, 1_000_000)
    value = milliseconds << 80 | 0x7 << 76 | (fraction >> 8) << 64 | 0b10 << 62
    return UUID(int=value | int.from_bytes(os.urandom(8), "big") >> 2)


def check_digit(digits: str) -> str:
    """Return the Luhn digit, so that a mistyped or misheard number is noticed before it is looked up."""
    total = 0
    for position, character in enumerate(reversed(digits)):
        value = int(character) * (2 - position % 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def is_valid_number(number: str) -> bool:
    """Tell whether a record number (letters, then digits, then check digit) was copied without error."""
    digits = number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return digits.isascii() and digits.isdigit() and len(digits) >= 8 and check_digit(digits[:-1]) == digits[-1]
