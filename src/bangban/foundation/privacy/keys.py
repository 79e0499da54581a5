"""The keys that protect personal data, behind an interface so that a hardware module can take their place."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from bangban.machinery.secrets import write_once


class KeyStore(Protocol):
    """Gives keys by id; `current` names the one that new values are sealed with."""

    @property
    def current(self) -> str:
        """The id of the key for new values."""

    def sealing_key(self, key_id: str) -> bytes:
        """Return the key of an id; KeyError when it is gone."""

    def index_key(self) -> bytes:
        """Return the key of the blind index."""


@dataclass(frozen=True)
class FileKeyStore:
    """Keys from a JSON file `{"current": id, "index": hex, "keys": {id: hex}}`; sealing and index keys are separate."""

    current: str
    index: bytes
    keys: dict[str, bytes]

    def sealing_key(self, key_id: str) -> bytes:
        """Return the 16-byte SM4 key; KeyError when the key was taken out of the file."""
        return _derive(self.keys[key_id], b"seal")

    def index_key(self) -> bytes:
        """Return the key of the blind index; it never rotates with the sealing keys."""
        return _derive(self.index, b"index", 32)


def _derive(secret: bytes, purpose: bytes, length: int = 16) -> bytes:
    return HKDF(hashes.SM3(), length, salt=None, info=b"bangban/" + purpose).derive(secret)


def read_key_file(path: Path) -> FileKeyStore:
    """Load the key file, made on first use with mode 0600."""
    first = {"current": "k1", "index": secrets.token_hex(32), "keys": {"k1": secrets.token_hex(32)}}
    content = json.loads(write_once(path, json.dumps(first)))
    keys = {name: bytes.fromhex(value) for name, value in content["keys"].items()}
    return FileKeyStore(content["current"], bytes.fromhex(content["index"]), keys)


@lru_cache(maxsize=1)
def key_store() -> KeyStore:
    """Return the installation's key store."""
    return read_key_file(settings.KEY_FILE)
