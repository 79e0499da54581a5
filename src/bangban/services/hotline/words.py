"""Words of a matter as keyed digests, so that sealed text can still be searched (GB33358-5.1.2.6, 5.5.2).

A text becomes the set of its Chinese words and pairs of characters; each is digested with a key of the installation.
Whoever reads the table learns nothing of the text without the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import rjieba

from bangban.foundation.privacy.crypto import blind_index

PURPOSE = "order-words"
SURNAME, PHONE, NUMBER = "surname", "phone", "number"
"""Marks of an order, digests under names that no text can hold; those of people are asked only by who may see people."""
TAIL = 4
TWO_CHARACTERS = frozenset(
    ["欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "南宫", "夏侯", "端木"]
)
LONGEST = 6000
MOST = 400
RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")


def terms_of(text: str) -> set[str]:
    """Return the words and the pairs of neighbouring characters of a text, lower case."""
    found: set[str] = set()
    for run in RUN.findall(text[:LONGEST].lower()):
        if run.isascii():
            found.add(run)
            continue
        found.update(run[i : i + 2] for i in range(len(run) - 1))
        if len(run) == 1:
            found.add(run)
        found.update(word for word in rjieba.cut(run) if len(word) > 1)
    return found


def digests(texts: Iterable[str]) -> list[int]:
    """Return the sorted digests of all terms of some texts, at most four hundred."""
    found: set[str] = set()
    for text in texts:
        found |= terms_of(text)
    return sorted({digest_of(term) for term in sorted(found)[:MOST]})


@lru_cache(maxsize=100_000)
def digest_of(term: str) -> int:
    """Return the keyed digest of one term as a signed 32-bit number."""
    return int.from_bytes(blind_index(term, PURPOSE)[:4], "big", signed=True)


def query(text: str) -> list[int]:
    """Return what an order must hold to be found by these words: all their terms."""
    return sorted({digest_of(term) for term in terms_of(text)})


def mark(kind: str, value: str) -> int:
    """Return the digest of a mark; no term of a text has a space."""
    return digest_of(f"{kind} {value}")


def surname(name: str) -> str:
    """Return the surname of a Chinese name: one character, or two of the few double ones."""
    return name[:2] if name[:2] in TWO_CHARACTERS else name[:1]
