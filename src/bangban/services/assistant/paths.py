"""The way for what is outside online guidance (BJ-4): the rows of scope.toml recognise it, the directory answers.

The directory of paths is what an installation edits; its topics, answers and telephone numbers go before the sentences
that ship with the product, and its keywords recognise what no row knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bangban.registry.knowledge.views import PathView
from bangban.services.assistant.scope import Row

__all__ = ["named_path", "path_of"]

_SHORTEST = 2
_TELLING = 4
"""Characters of keywords, together, that tell a matter; fewer may belong to anything."""


def path_of(row: Row, question: str, paths: Iterable[PathView]) -> PathView | None:
    """Return the directory's answer to a row: of its topics the one whose keywords fit best, else one of its class.

    None when the directory does not know the matter; the row's own sentence is said then.
    """
    own = [path for path in paths if path.path_class == row.group]
    if named := [path for path in own if path.topic in row.topics]:
        return max(named, key=lambda path: (_weight(question, path), -row.topics.index(path.topic)))
    best = max(own, key=lambda path: _weight(question, path), default=None)
    return best if best and _weight(question, best) else None


def named_path(question: str, paths: Sequence[PathView]) -> PathView | None:
    """Return the path whose keywords the question plainly names; None when it names none, or too little of one."""
    best = max(paths, key=lambda path: _weight(question, path), default=None)
    return best if best and _weight(question, best) >= _TELLING else None


def _weight(question: str, path: PathView) -> int:
    """Return how many characters of the question the keywords of a path name; one inside another counts once."""
    named = [word for word in {*path.keywords, path.topic} if len(word) >= _SHORTEST and word in question]
    return sum(len(word) for word in named if not any(word != other and word in other for other in named))
