"""The digest of a recording's content: SM3 in hex, or `sha256:` and hex where an exchange gives that."""

from __future__ import annotations

import hmac
from pathlib import Path

from cryptography.hazmat.primitives import hashes

CHUNK = 1 << 20


def digest_of(path: Path, like: str = "") -> str:
    """Return the digest of a file in the spelling of `like`; OSError when it cannot be read."""
    prefix = "sha256:" if like.startswith("sha256:") else ""
    algorithm = hashes.Hash(hashes.SHA256() if prefix else hashes.SM3())
    with path.open("rb") as content:
        while chunk := content.read(CHUNK):
            algorithm.update(chunk)
    return prefix + algorithm.finalize().hex()


def unchanged(path: Path, digest: str) -> bool:
    """Tell whether a file still has the content that was digested."""
    return hmac.compare_digest(digest_of(path, digest), digest.lower().removeprefix("sm3:"))
