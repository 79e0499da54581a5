"""The marks of stored sketches: keyed, so that a copy of the database tells nobody a word."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from bangban.foundation.privacy.crypto import blind_index


@lru_cache(maxsize=1)
def _key() -> bytes:
    """Derive the key of the marks from the key of the blind index."""
    return blind_index("key", "matters.term")


@lru_cache(maxsize=200_000)
def mark(term: str) -> int:
    """Return the mark of a term under this installation's key."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=4, key=_key()).digest())
