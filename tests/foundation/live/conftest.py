"""A database of its own with the live tables and a stand-in for the ledger, and a server with a hub on it."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import psycopg
import pytest
import uvicorn
from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bangban.foundation.live.grants import Grant
from bangban.foundation.live.hub import Hub, Limits
from bangban.machinery.server import Router, configuration, listen
from bangban.machinery.wsgi import WsgiAdapter

STAND_IN = """
CREATE TABLE happening (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), entered bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT now(), kind text NOT NULL, record_type text NOT NULL, record_id uuid,
    number text, visibility text NOT NULL, topics text[]
);
CREATE CONSTRAINT TRIGGER numbered AFTER INSERT ON happening
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION live_number_event();
"""
"""The columns of the ledger's table that matter here, with the same trigger."""

INSERT = """
INSERT INTO happening (kind, record_type, record_id, number, visibility, topics, at)
VALUES (%s, 'case', gen_random_uuid(), %s, %s, %s, coalesce(%s, now()))
"""

_names = itertools.count()
PATIENCE = 60.0
"""Seconds that a test waits for what must come: a net under it, never what it measures."""


@dataclass
class Database:
    """Where events happen."""

    conninfo: str

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        return psycopg.connect(self.conninfo, **options)

    def happen(self, *topics: str, kind: str = "case.message", visibility: str = "user", number: str = "B1") -> int:
        """Commit one event and return its number."""
        with self.connect() as connection:
            happen_in(connection, *topics, kind=kind, visibility=visibility, number=number)
            connection.commit()
            number_given: int = self.ask("SELECT max(seq) FROM live_order")
            return number_given

    def ask(self, query: str) -> Any:
        with self.connect(autocommit=True) as connection:
            row = connection.execute(query.encode()).fetchone()
            return row[0] if row else None

    def do(self, statement: str) -> None:
        with self.connect(autocommit=True) as connection:
            connection.execute(statement.encode())


def happen_in(
    connection: psycopg.Connection[Any],
    *topics: str,
    kind: str = "case.message",
    visibility: str = "user",
    number: str | None = "B1",
    at: datetime | None = None,
) -> None:
    """Insert an event in an open transaction."""
    connection.execute(INSERT, [kind, number, visibility, list(topics), at])


@pytest.fixture(scope="session")
def pattern(django_db_blocker: Any) -> Iterator[str]:
    """A database with the tables and the stand-in, as a pattern for others."""
    server = os.environ["BANGBAN_DATABASE_URL"]
    name = f"live_pattern_{os.getpid()}"
    _administer(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    settings = {**connections.databases["default"], "NAME": name, "OPTIONS": {}}
    connections.databases["live_pattern"] = settings
    with django_db_blocker.unblock():
        connection = connections["live_pattern"]
        with connection.schema_editor() as editor:
            live_migration().apply(ProjectState(), editor)
        with connection.cursor() as cursor:
            cursor.execute(STAND_IN)
        connection.close()
    del connections.databases["live_pattern"]
    yield name
    _administer(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def database(pattern: str) -> Iterator[Database]:
    """A database for one test."""
    with _copy(pattern) as copy:
        yield copy


@pytest.fixture(scope="module")
def shared_site(pattern: str) -> Iterator[Site]:
    """A server with ordinary limits, for all tests of a file."""
    with _copy(pattern) as copy:
        site = Site(copy)
        yield site
        site.stop()


@pytest.fixture
def site(shared_site: Site) -> Iterator[Site]:
    """The shared server; numbers begin after `site.base`."""
    shared_site.authority.reset()
    shared_site.base = shared_site.database.ask("SELECT coalesce(max(seq), 0) FROM live_order")
    until(lambda: shared_site.hub.last == shared_site.base and shared_site.hub.follows)
    yield shared_site
    for client in shared_site.clients:
        client.close()
    shared_site.clients.clear()
    until(lambda: not shared_site.hub.admission.count)


@contextmanager
def _copy(pattern: str) -> Iterator[Database]:
    server = os.environ["BANGBAN_DATABASE_URL"]
    name = f"live_{os.getpid()}_{next(_names)}"
    names = sql.Identifier(name), sql.Identifier(pattern)
    _administer(server, sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(*names))
    yield Database(make_conninfo("", **{**conninfo_to_dict(server), "dbname": name}))
    _administer(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(names[0]))


def live_migration() -> Migration:
    """The migration alone, without the rest of the house."""
    module = import_module("bangban.foundation.live.migrations.0001_initial")
    migration: Migration = module.Migration("0001_initial", "live")
    return migration


def _administer(server: str, statement: sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


@dataclass
class Authority:
    """Grants everything except what is in `denied`; a cookie `level` sets the visibility."""

    denied: set[str] = field(default_factory=set)
    subject: str = ""
    lasts: timedelta | None = None
    broken: bool = False
    asked: int = 0

    def reset(self) -> None:
        self.denied, self.subject, self.lasts, self.broken, self.asked = set(), "", None, False, 0

    def __call__(self, headers: dict[str, str], cookies: dict[str, str], topics: list[str]) -> Grant:
        self.asked += 1
        if self.broken:
            raise RuntimeError("no answer")
        until = datetime.now(UTC) + self.lasts if self.lasts else None
        return Grant(frozenset(topics) - self.denied, cookies.get("level", "user"), until, self.subject)


@dataclass
class Event:
    """A server-sent event as a client sees it."""

    id: int | None
    kind: str
    data: Any


class Client:
    """Reads a stream like a browser does."""

    def __init__(self, port: int, query: str, headers: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.connection.request("GET", f"/live/?{query}", headers=headers)
        self.response = self.connection.getresponse()
        self.status = self.response.status
        self.comments: list[str] = []
        self.retry: int | None = None
        if self.status == 200:
            self.ready = self.next()
            assert self.ready.kind == "ready"

    def next(self, timeout: float = PATIENCE) -> Event:
        """Return the next event; TimeoutError when none comes, EOFError when the stream is over."""
        assert self.connection.sock or self.response.fp
        fields: dict[str, str] = {}
        if self.connection.sock:
            self.connection.sock.settimeout(timeout)
        while True:
            line = self.response.readline().decode()
            if not line:
                raise EOFError
            name, _, value = line.rstrip("\n").partition(": ")
            if line == "\n":
                if "event" in fields:
                    return Event(
                        int(fields["id"]) if "id" in fields else None, fields["event"], json.loads(fields["data"])
                    )
            elif name == "":
                self.comments.append(value)
            elif name == "retry":
                self.retry = int(value)
            else:
                fields[name] = value

    def numbers(self, count: int) -> list[int]:
        """Return the numbers of the next `count` events."""
        return [self.next().data["seq"] for _ in range(count)]

    def comment(self) -> str:
        """Return what the next line says that is no part of an event."""
        while not (line := self.response.readline().decode()).startswith(":"):
            if not line:
                raise EOFError
        return line.removeprefix(":").strip()

    def problem(self) -> dict[str, Any]:
        assert self.response.getheader("content-type") == "application/problem+json"
        body: dict[str, Any] = json.loads(self.response.read())
        return body

    def close(self) -> None:
        self.response.close()
        self.connection.close()


class Site:
    """A running server with a hub."""

    def __init__(self, database: Database, **limits: Any) -> None:
        self.database = database
        self.authority = Authority()
        self.hub = Hub(database.conninfo, self.authority, Limits(**limits))
        self.clients: list[Client] = []
        self.base = 0
        listener = listen("127.0.0.1", 0)
        self.port = listener.getsockname()[1]
        self.server = uvicorn.Server(configuration(Router(WsgiAdapter(nothing, threads=1), {"/live/": self.hub})))
        self.thread = threading.Thread(target=self.server.run, args=([listener],))
        self.thread.start()
        until(lambda: self.server.started and self.hub.follows)

    def connect(self, topics: str, *, after: int | None = None, last: object = None, level: str = "user") -> Client:
        headers = {"Cookie": f"level={level}"}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        query = f"topics={topics}" + ("" if after is None else f"&after={after}")
        self.clients.append(Client(self.port, query, headers))
        return self.clients[-1]

    def stop(self) -> float:
        """Stop the server and return how many seconds it took."""
        began = time.monotonic()
        self.server.should_exit = True
        self.thread.join(PATIENCE)
        for client in self.clients:
            client.close()
        return time.monotonic() - began


def nothing(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answer pages, of which there are none."""
    start_response("404 Not Found", [])
    return []


def until(ready: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.005)


@pytest.fixture
def open_site(database: Database) -> Iterator[Callable[..., Site]]:
    """Open a server with given limits on the database of this test."""
    sites: list[Site] = []

    def open_one(**limits: Any) -> Site:
        sites.append(Site(database, **limits))
        return sites[-1]

    yield open_one
    for site in sites:
        site.stop()
