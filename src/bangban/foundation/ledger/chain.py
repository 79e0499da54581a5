"""How an event is digested, and how hours are sealed: pure functions, so that anybody can check them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bangban.foundation.privacy.crypto import digest

DIGESTED = (
    "at", "kind", "record_type", "record_id", "number", "position", "actor_kind", "actor_id", "actor_name",
    "role", "unit_id", "channel", "visibility", "clause", "data", "topics",
)  # fmt: skip

_encoder = msgspec.json.Encoder(order="deterministic")


def event_digest(fields: Mapping[str, Any], prev: bytes) -> bytes:
    """Return SM3 over the event's fields in a fixed spelling and the digest before it in the same record."""
    return digest(_encoder.encode([fields[name] for name in DIGESTED]) + prev)


def merkle_root(digests: Sequence[bytes]) -> bytes:
    """Return the Merkle root of event digests in commit order; of nothing, the digest of nothing."""
    level = list(digests) or [digest(b"")]
    while len(level) > 1:
        if len(level) % 2:
            level.append(level[-1])
        level = [digest(left + right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]
