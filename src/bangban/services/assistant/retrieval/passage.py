"""What can be found, what is found, and the one interface behind which any engine can stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, Protocol

import msgspec

__all__ = ["Accept", "Hit", "Kind", "Passage", "Retriever"]

Kind = Literal["knowledge", "item", "path"]


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """One thing the assistant may quote: a standard answer, an item's guide, or the way out of scope (BJ-4).

    `title` is the standard question or the item's name, `similar` other wordings of it, `text` the answer or the
    guide. `unit`, `region` and `keywords` are searched as part of the text.
    """

    id: str
    kind: Kind
    title: str = ""
    text: str = ""
    similar: tuple[str, ...] = ()
    unit: str = ""
    region: str = ""
    keywords: tuple[str, ...] = ()


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A passage found for a question.

    `score` (0..1) is the estimated chance that this passage is the right one; it can be compared across questions.
    `matched` is the wording that fitted best (the title or one of the similar questions), `parts` says what each
    measure added to the rank.
    """

    passage: Passage
    score: float
    matched: str
    parts: dict[str, float]


Accept = Callable[[Passage], bool]


class Retriever(Protocol):
    """What every engine can do. Changes are seen by the next search; searches may run in any thread."""

    def add(self, passages: Iterable[Passage]) -> None:
        """Take passages in; one with a known id replaces the earlier one."""

    def remove(self, ids: Iterable[str]) -> None:
        """Forget passages; unknown ids are ignored."""

    def search(self, query: str, limit: int = 10, *, accept: Accept | None = None) -> list[Hit]:
        """Return the best passages first, at most `limit`, only those that `accept` lets through."""

    def __len__(self) -> int: ...
