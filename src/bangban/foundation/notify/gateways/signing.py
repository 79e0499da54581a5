"""Signatures of calls between us and a provider: HMAC-SHA256 over time and body, valid for five minutes."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

VALID = timedelta(minutes=5)
HEADER = "X-Bangban-Signature"


def sign(body: bytes, secret: bytes, at: datetime) -> str:
    """Return `t=<unix seconds>,v1=<hex>`."""
    stamp = str(int(at.timestamp()))
    return f"t={stamp},v1={_mac(stamp, body, secret)}"


def is_signed(body: bytes, signature: str, secret: bytes, at: datetime) -> bool:
    """Tell whether a body carries our shared signature and is not older or newer than five minutes."""
    parts = dict(part.split("=", 1) for part in signature.split(",") if "=" in part)
    stamp, given = parts.get("t", ""), parts.get("v1", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    fresh = abs(at.timestamp() - int(stamp)) <= VALID.total_seconds()
    return hmac.compare_digest(_mac(stamp, body, secret).encode(), given.encode()) and fresh


def _mac(stamp: str, body: bytes, secret: bytes) -> str:
    return hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
