"""Numbers of people as calls bring them: one spelling for search, so that +86, blanks and hyphens do not matter."""

from __future__ import annotations

from bangban.foundation.access.phones import clean_number
from bangban.foundation.privacy.crypto import blind_index


def index_of(phone: str) -> bytes | None:
    """Return the blind index by which all calls of a number are found; None for a caller without a number."""
    return blind_index(clean_number(phone) or phone, "phone") if phone.strip() else None
