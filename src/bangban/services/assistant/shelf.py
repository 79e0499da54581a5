"""The books of the assistant: one search index per process, kept up with what catalogue and knowledge publish."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import DatabaseError, InterfaceError, connections

from bangban.foundation.clocks.moment import now
from bangban.registry.catalog import reads as catalog
from bangban.registry.knowledge import reads as knowledge
from bangban.registry.knowledge.views import PathView
from bangban.services.assistant.retrieval import Hit, Index, Passage, Retriever

log = logging.getLogger(__name__)
LOOK_AGAIN_SECONDS = 5
TOGETHER = 200
"""Changed entries taken in at once: searches go on between the portions."""

PATIENCE = 1.5
"""Seconds that a search waits for the first build before it says that it cannot answer yet."""


class NotReady(RuntimeError):
    """The index of this process is still being built."""


class Shelf:
    """Builds the index once and looks for changes every five seconds.

    A web process calls `begin`, and a thread does both, so that no request waits; elsewhere the first search builds.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._built = threading.Event()
        self._ending = threading.Event()
        self._index: Retriever | None = None
        self._known_until: datetime | None = None
        self._look_again = 0.0
        self._paths: tuple[PathView, ...] = ()
        self._keeper: threading.Thread | None = None

    def search(
        self, question: str, limit: int = 10, *, items_only: bool = False, patience: float = PATIENCE
    ) -> list[Hit]:
        """Return the best published passages; NotReady when the first build takes longer than `patience` seconds."""
        accept = (lambda passage: passage.kind == "item") if items_only else None
        return self._current(patience).search(question, limit, accept=accept)

    def begin(self) -> None:
        """Build and keep up in the background from now on; a second call changes nothing."""
        with self._lock:
            if self._keeper is None:
                self._ending.clear()
                self._keeper = threading.Thread(target=self._keep, name="assistant-shelf", daemon=True)
                self._keeper.start()

    @property
    def is_kept(self) -> bool:
        """Say whether a thread of this process keeps the index up."""
        return self._keeper is not None

    def end(self) -> None:
        """End the thread; what is built stays."""
        self._ending.set()
        if self._keeper is not None:
            self._keeper.join(10)
            self._keeper = None

    def _keep(self) -> None:
        while not self._ending.is_set():
            try:
                with self._lock:
                    self._keep_up()
            except (DatabaseError, InterfaceError) as error:
                log.warning("The search index could not be kept up: %s", error)
            finally:
                connections.close_all()
            self._ending.wait(LOOK_AGAIN_SECONDS)

    def _current(self, patience: float) -> Retriever:
        """Return the index; whoever finds it out of date takes the changes, the others search on meanwhile."""
        if self._keeper is not None:
            if not self._built.wait(patience):
                raise NotReady
        elif self._lock.acquire(blocking=self._index is None):
            try:
                if self._index is None or time.monotonic() >= self._look_again:
                    self._keep_up()
            finally:
                self._lock.release()
        index = self._index
        if index is None:
            raise NotReady
        return index

    def _keep_up(self) -> None:
        moment = now()
        if self._index is None:
            index: Retriever = Index.build(_translated(chain(catalog.passages(), knowledge.passages())))
            self._take_paths(index)
            log.info("Search index built with %s passages", len(index))
            self._index = index
        else:
            self._take_changes(self._index, self._known_until or moment)
            self._take_paths(self._index)
        self._known_until = max(moment, self._known_until or moment)
        self._look_again = time.monotonic() + LOOK_AGAIN_SECONDS
        self._built.set()

    def _take_changes(self, index: Retriever, since: datetime) -> None:
        fresh: list[Passage] = []
        gone: list[str] = []
        for change in chain(catalog.changed_since(since), knowledge.changed_since(since)):
            if hasattr(change, "title"):
                fresh.append(_passage(change))
            else:
                gone.append(str(change.id))
        for portion in (fresh[at : at + TOGETHER] for at in range(0, len(fresh), TOGETHER)):
            index.add(portion)
        if gone:
            index.remove(gone)

    def _take_paths(self, index: Retriever) -> None:
        """Keep up with the directory of paths, which is small and read as a whole (BJ-4).

        Emergencies are left to the tables: likeness of words must not offer 119 as one of three.
        """
        paths = tuple(path for path in knowledge.paths() if path.path_class != "emergency")
        if paths == self._paths:
            return
        index.remove(path.number for path in self._paths)
        index.add(map(_path_passage, paths))
        self._paths = paths

    def clear(self) -> None:
        """Forget everything, after the database was replaced."""
        with self._lock:
            self._index = None
            self._known_until = None
            self._paths = ()
            self._built.clear()


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
