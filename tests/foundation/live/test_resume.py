"""Whatever is cut, and whenever: nothing lost, nothing twice, in order."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress

import pytest
from tests.foundation.live.conftest import Client, Database, Event, Site, happen_in, until

TOPICS = ["case:1", "case:2", "desk:1", "unit:1"]


def write(database: Database, seed: int, stop: threading.Event) -> None:
    """Commit events of random topics, some late, some never."""
    dice = random.Random(seed)
    with database.connect() as connection:
        while not stop.is_set():
            for _ in range(dice.choice([1, 1, 2, 5])):
                happen_in(connection, *dice.sample(TOPICS, dice.randint(0, 3)))
            stop.wait(dice.choice([0, 0, 0.005, 0.05]))
            connection.rollback() if dice.random() < 0.2 else connection.commit()


class Reader:
    """A client that is cut off again and again and comes back with its last number."""

    def __init__(self, site: Site, topics: str, seed: int) -> None:
        self.topics = topics
        self.seen: list[int] = []
        self._site = site
        self._dice = random.Random(seed)
        self._last = 0

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            with suppress(EOFError, TimeoutError), closing(self._connect()) as client:
                for _ in range(self._dice.choice([0, 1, 3, 10, 40])):
                    self._take(client.next(timeout=0.3))
            stop.wait(self._dice.choice([0, 0, 0.02, 0.3]))

    def finish(self, count: int) -> None:
        while len(self.seen) < count:
            with suppress(EOFError):
                client = self._connect()
                while len(self.seen) < count:
                    self._take(client.next())

    def _connect(self) -> Client:
        client = self._site.connect(self.topics, last=self._last)
        while client.status == 503:
            # The database connections were just cut; a browser waits and tries again as well.
            time.sleep(0.05)
            client = self._site.connect(self.topics, last=self._last)
        assert client.ready.id == self._last
        return client

    def _take(self, event: Event) -> None:
        assert event.kind == "case.message", event
        assert event.id is not None
        self._last = event.id
        self.seen.append(event.id)


@pytest.mark.parametrize(
    ("seed", "limits"),
    [
        (1, {"recent": 8, "page": 3, "pending": 400}),
        (2, {"recent": 4_096, "page": 500, "pending": 8}),
        (3, {"recent": 40, "page": 10, "pending": 64}),
    ],
    ids=["from the database", "from memory", "from both"],
)
def test_each_client_sees_each_event_of_its_topics_exactly_once(
    open_site: Callable[..., Site], database: Database, seed: int, limits: dict[str, int]
) -> None:
    site = open_site(**limits)
    readers = [Reader(site, topics, seed + n) for n, topics in enumerate(("case:1", "case:2,desk:1", ",".join(TOPICS)))]
    stop = threading.Event()
    threads = [threading.Thread(target=reader.run, args=[stop]) for reader in readers]
    threads += [threading.Thread(target=write, args=[database, seed * 10 + n, stop]) for n in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        stop.wait(0.5)
        database.ask(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE application_name LIKE 'bangban-live%' AND datname = current_database()"
        )
    # How fast events are written is the machine's business; how many there are is not.
    until(lambda: all(len(written(database, reader.topics)) > 50 for reader in readers))
    stop.set()
    for thread in threads:
        thread.join()
    for reader in readers:
        expected = written(database, reader.topics)
        reader.finish(len(expected))
        assert reader.seen == expected


def written(database: Database, topics: str) -> list[int]:
    """Return the numbers of the frames of some topics."""
    with database.connect() as connection:
        rows = connection.execute(
            "SELECT DISTINCT seq FROM live_frame WHERE topic = ANY(%s) ORDER BY seq", [topics.split(",")]
        )
        return [row[0] for row in rows]
