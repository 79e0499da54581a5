"""Documents kept by their digest (SM3): who holds the digest, in a row or an event of the ledger, can prove the file."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from bangban.foundation.privacy.crypto import digest
from bangban.machinery.durable import keep_durably


class DocumentLost(RuntimeError):
    """A stored document is gone or was changed on the disk: restore it from the backup."""


def keep(content: bytes) -> str:
    """Store a document and return its digest as 64 hex digits; the same content is stored once.

    It is on the disk when this returns, so that a row committed afterwards never names a document that a power cut took.
    """
    name = digest(content).hex()
    keep_durably(_path(name), content)
    return name


def fetch(name: str) -> bytes:
    """Return the document of a digest after checking it; raises DocumentLost."""
    try:
        content = _path(name).read_bytes()
    except OSError as error:
        raise DocumentLost(f"Document {name} is not in the store.") from error
    if digest(content).hex() != name:
        raise DocumentLost(f"Document {name} was changed on the disk.")
    return content


def _path(name: str) -> Path:
    if len(name) != 64 or not set(name) <= set("0123456789abcdef"):
        raise DocumentLost("Not the digest of a document.")
    return Path(settings.DATA_DIR) / "documents" / name[:2] / name
