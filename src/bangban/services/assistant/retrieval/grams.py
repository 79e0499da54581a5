"""Character n-grams as numbers, so that whole pages are compared in a few vector operations."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["BUCKETS", "NO_GRAM", "ORDERS", "Codes", "Floats", "Ints", "encode", "hashes"]

Codes: TypeAlias = NDArray[np.uint32]
Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

ORDERS = (1, 2, 3)
BUCKETS = 1 << 20
"""Numbers of n-grams; two n-grams of a page of 100 characters share one with a chance of 1 in 10,000."""

NO_GRAM = 0
"""The number at places where no n-gram begins: before a blank and at the end."""

_BLANK = 32
_FACTORS = (np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35))


def encode(text: str) -> Codes:
    """Return one number per character of a normalised text."""
    return np.frombuffer(text.encode("utf-16-le"), np.uint16).astype(np.uint32)


def hashes(codes: Codes, order: int) -> Codes:
    """Return, for each character, the number of the n-gram that begins there."""
    found = np.zeros(len(codes), np.uint32)
    starts = len(codes) - order + 1
    if starts <= 0:
        return found
    mixed = codes[:starts] * _FACTORS[0]
    whole = codes[:starts] != _BLANK
    for step in range(1, order):
        following = codes[step : step + starts]
        mixed ^= following * _FACTORS[step] + np.uint32(step)
        whole &= following != _BLANK
    mixed = (mixed ^ (mixed >> np.uint32(15))) * _FACTORS[1] >> np.uint32(12)
    found[:starts] = np.where(whole, np.maximum(mixed, 1), NO_GRAM)
    return found
