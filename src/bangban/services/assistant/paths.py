"""Matching a question to the directory of paths for what is outside online guidance (BJ-4)."""

from __future__ import annotations

from collections.abc import Iterable

from bangban.registry.knowledge.views import PathView

SHORTEST = 2


def path_for(question: str, paths: Iterable[PathView]) -> PathView | None:
    """Return the path whose keywords the question names, the one with the longest words; None when it names none."""
    best: tuple[int, PathView] | None = None
    for path in paths:
        weight = sum(len(word) for word in {*path.keywords, path.topic} if len(word) >= SHORTEST and word in question)
        if weight and (best is None or weight > best[0]):
            best = (weight, path)
    return best[1] if best else None
