"""The books of the assistant: one search index per process, kept up with what catalogue and knowledge publish."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from bangban.foundation.clocks.moment import now
from bangban.registry.catalog import reads as catalog
from bangban.registry.knowledge import reads as knowledge
from bangban.registry.knowledge.views import PathView
from bangban.services.assistant.retrieval import Hit, Index, Passage, Retriever

log = logging.getLogger(__name__)
LOOK_AGAIN_SECONDS = 5


class Shelf:
    """Builds the index on first use and looks for changes at most every five seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: Retriever | None = None
        self._known_until: datetime | None = None
        self._look_again = 0.0
        self._paths: tuple[PathView, ...] = ()

    def search(self, question: str, limit: int = 10, *, items_only: bool = False) -> list[Hit]:
        """Return the best published passages; an answer that expired or was withdrawn is never among them."""
        accept = (lambda passage: passage.kind == "item") if items_only else None
        return self._current().search(question, limit, accept=accept)

    def _current(self) -> Retriever:
        with self._lock:
            if self._index is None:
                self._known_until = now()
                self._index = Index.build(_translated(chain(catalog.passages(), knowledge.passages())))
                self._take_paths(self._index)
                log.info("Search index built with %s passages", len(self._index))
            elif time.monotonic() >= self._look_again:
                moment = now()
                self._take_changes(self._index, self._known_until or moment)
                self._known_until = max(moment, self._known_until or moment)
                self._take_paths(self._index)
            else:
                return self._index
            self._look_again = time.monotonic() + LOOK_AGAIN_SECONDS
            return self._index

    def _take_changes(self, index: Retriever, since: datetime) -> None:
        fresh: list[Passage] = []
        gone: list[str] = []
        for change in chain(catalog.changed_since(since), knowledge.changed_since(since)):
            if hasattr(change, "title"):
                fresh.append(_passage(change))
            else:
                gone.append(str(change.id))
        if fresh:
            index.add(fresh)
        if gone:
            index.remove(gone)

    def _take_paths(self, index: Retriever) -> None:
        """Keep up with the directory of paths, which is small and read as a whole (BJ-4)."""
        paths = knowledge.paths()
        if paths == self._paths:
            return
        index.remove(path.number for path in self._paths)
        index.add(map(_path_passage, paths))
        self._paths = paths

    def clear(self) -> None:
        """Forget everything, after the database was replaced."""
        with self._lock:
            self._index = None
            self._paths = ()


def _translated(rows: Iterable[Any]) -> Iterator[Passage]:
    for row in rows:
        yield _passage(row)


def _passage(row: Any) -> Passage:
    return Passage(
        id=str(row.id),
        kind=row.kind,
        title=row.title,
        text=row.text,
        similar=tuple(row.similar),
        unit=row.department,
        region=row.region,
        keywords=tuple(row.keywords),
    )


def _path_passage(path: PathView) -> Passage:
    return Passage(
        id=path.number,
        kind="path",
        title=path.topic,
        text=path.answer,
        similar=path.keywords,
        unit=path.department,
        region=path.region,
    )


shelf = Shelf()
