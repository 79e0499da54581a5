"""Sealing of single values (SM4-GCM), blind index (HMAC-SM3) and digests (SM3); F8.08.

A sealed value carries its key id, so keys can rotate: `key id length | key id | nonce | ciphertext | tag`.
"""

from __future__ import annotations

import os
import unicodedata
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bangban.foundation.privacy.keys import key_store

NONCE = 12
TAG = 16


class SealBroken(ValueError):
    """The value was changed, moved to another column, or sealed with a key that is gone."""


@lru_cache(maxsize=32)
def _algorithm(key_id: str) -> algorithms.SM4:
    return algorithms.SM4(key_store().sealing_key(key_id))


def seal(text: str, place: str) -> bytes:
    """Encrypt `text` for one place (`table.column`); the same text gives another value each time."""
    key_id = key_store().current.encode()
    nonce = os.urandom(NONCE)
    encryptor = Cipher(_algorithm(key_id.decode()), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(place.encode())
    body = encryptor.update(text.encode()) + encryptor.finalize()
    return bytes([len(key_id)]) + key_id + nonce + body + encryptor.tag


def unseal(value: bytes, place: str) -> str:
    """Decrypt a sealed value; raises SealBroken when it does not belong to this place or was changed."""
    try:
        start = 1 + value[0]
        key_id, nonce = value[1:start].decode(), value[start : start + NONCE]
        body, tag = value[start + NONCE : -TAG], value[-TAG:]
        decryptor = Cipher(_algorithm(key_id), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(place.encode())
        return (decryptor.update(body) + decryptor.finalize()).decode()
    except (InvalidTag, KeyError, IndexError, ValueError) as error:
        raise SealBroken(f"A sealed value of {place} cannot be opened.") from error


@lru_cache(maxsize=1)
def _index_mac() -> hmac.HMAC:
    return hmac.HMAC(key_store().index_key(), hashes.SM3())


def blind_index(text: str, kind: str) -> bytes:
    """Return the 16-byte exact-search index of a normalised value; equal values of one kind give equal indexes."""
    mac = _index_mac().copy()
    mac.update(f"{kind}\0{normalise(text)}".encode())
    return mac.finalize()[:16]


def normalise(text: str) -> str:
    """Make spellings of one number equal: full width, blanks, hyphens, lower-case x."""
    return unicodedata.normalize("NFKC", text).replace(" ", "").replace("-", "").upper()


def digest(content: bytes) -> bytes:
    """Return the 32-byte SM3 digest."""
    algorithm = hashes.Hash(hashes.SM3())
    algorithm.update(content)
    return algorithm.finalize()
