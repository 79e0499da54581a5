"""A table of events like the ledger's, and somebody who writes into it at a steady rate."""

from __future__ import annotations

import json
import random
import threading
import time
from importlib import import_module
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bangban.foundation.live.numbering import CHANNEL

TABLE = """
CREATE TABLE happening (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), at timestamptz NOT NULL DEFAULT now(), kind text NOT NULL,
    record_type text NOT NULL, record_id uuid, number text NOT NULL, visibility text NOT NULL, topics text[] NOT NULL
);
CREATE CONSTRAINT TRIGGER numbered AFTER INSERT ON happening
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION live_number_event();
"""
INSERT = "INSERT INTO happening (kind, record_type, number, visibility, topics) VALUES (%s, 'case', %s, 'user', %s)"
GROUP_SHARE = 0.05
LATE_EVERY_SECONDS = 0.4
LATEST_SECONDS = 3.0


def prepare(url: str) -> None:
    """Make the live tables by their migration, and the table of events."""
    import django
    from django.db import connections
    from django.db.migrations.state import ProjectState

    django.setup()
    parts = conninfo_to_dict(url)
    connections.databases["live_bench"] = {
        **connections.databases["default"],
        "NAME": parts["dbname"],
        "USER": parts["user"],
        "HOST": parts["host"],
        "PORT": parts["port"],
        "OPTIONS": {},
    }
    connection = connections["live_bench"]
    migration = import_module("bangban.foundation.live.migrations.0001_initial").Migration("0001_initial", "live")
    with connection.schema_editor() as editor:
        migration.apply(ProjectState(), editor)
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    connection.close()
    del connections.databases["live_bench"]


class Control:
    """A bare LISTEN connection: how late the same events come without any server of ours, under the same load."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self.delays: list[float] = []

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        self._stop.set()
        self._thread.join()

    def _listen(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            while not self._stop.is_set():
                for note in connection.notifies(timeout=0.5):
                    hint = json.loads(note.payload)
                    if hint["kind"] == "prompt":
                        self.delays.append((time.monotonic_ns() - int(hint["number"])) / 1e6)


class Writer:
    """Commits `rate` events a second to random cases, some also to a group, and some transactions late.

    An event's number is the moment (monotonic clock, ns) at which its insert began; the clients measure from there.
    """

    def __init__(self, url: str, rate: float, cases: int, groups: int) -> None:
        self._url = url
        self._rate = rate
        self._cases = cases
        self._groups = groups
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write), threading.Thread(target=self._write_late)]
        self._began = 0.0
        self.written = 0
        self.late = 0
        self.rate_reached = 0.0

    def __enter__(self) -> Self:
        """Begin to write."""
        self._began = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop writing; what is open is committed."""
        self.rate_reached = self.written / (time.monotonic() - self._began)
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _write(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            due = time.monotonic()
            while not self._stop.wait(max(0.0, due - time.monotonic())):
                self._insert(connection, "prompt")
                self.written += 1
                due += 1 / self._rate

    def _write_late(self) -> None:
        """Keep several transactions open, so that earlier inserts commit after later ones."""
        open_ones: list[tuple[float, psycopg.Connection[Any]]] = []
        while not self._stop.wait(LATE_EVERY_SECONDS):
            connection = psycopg.connect(self._url)
            self._insert(connection, "late")
            open_ones.append((time.monotonic() + random.uniform(0, LATEST_SECONDS), connection))
            open_ones = [entry for entry in open_ones if not self._commit_if_due(*entry)]
        for _, connection in open_ones:
            self._commit_if_due(0, connection)

    def _commit_if_due(self, due: float, connection: psycopg.Connection[Any]) -> bool:
        if time.monotonic() < due:
            return False
        connection.commit()
        connection.close()
        self.late += 1
        return True

    def _insert(self, connection: psycopg.Connection[Any], kind: str) -> None:
        topics = [f"case:{random.randrange(self._cases)}"]
        if random.random() < GROUP_SHARE:
            topics.append(f"group:{random.randrange(self._groups)}")
        connection.execute(INSERT, [kind, str(time.monotonic_ns()), topics])
