"""One spelling for questions and entries: width, case, traditional characters, punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from bangban.services.assistant.retrieval.tables import lines

__all__ = ["normalise"]

_SEPARATORS = re.compile(r"(?:[\W_]|[\U00010000-\U0010ffff])+")
"""Everything that is not a letter or digit, and characters outside the basic plane: one character, one code unit."""


@cache
def _simplified() -> dict[int, str]:
    pairs = "".join(lines("traditional.txt"))
    return {ord(old): new for old, new in zip(pairs[::2], pairs[1::2], strict=True)}


def normalise(text: str) -> str:
    """Return the text in half width, lower case and simplified characters, words parted by single blanks.

    Never fails, whatever the text; normalising twice changes nothing.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    return _SEPARATORS.sub(" ", folded.translate(_simplified())).strip()
