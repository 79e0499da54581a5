"""Codes that people copy by hand or say on the telephone: no look-alikes, any case, any spaces.

Sixteen of 31 characters are 79 bits; with 20 wrong tries a minute for an address, guessing one of a million takes longer
than anybody lives.
"""

from __future__ import annotations

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and capitals without 0, O, 1, I and L."""
LENGTH, GROUP = 16, 4


def code_from(number: int) -> str:
    """Return the code of a number of at least 128 bits, in groups of four: 7KQM-2XFA-9DTR-HW3C."""
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return _grouped("".join(letters))


def new_code() -> str:
    """Return a random code."""
    return code_from(secrets.randbits(128))


def spellings(typed: str) -> tuple[str, ...]:
    """Return what somebody may have meant by a code: as typed (codes of earlier versions), and as codes are written now."""
    exact = typed.strip()
    plain = "".join(one for one in unicodedata.normalize("NFKC", typed).upper() if one.isalnum())
    known = len(plain) == LENGTH and set(plain) <= set(ALPHABET)
    return tuple(dict.fromkeys([exact, *([_grouped(plain)] if known else [])]))


def _grouped(plain: str) -> str:
    return "-".join(plain[start : start + GROUP] for start in range(0, LENGTH, GROUP))
