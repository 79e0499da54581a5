"""Numbers are given at commit: without gaps, and never visible out of order."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.db.migrations.state import ProjectState
from psycopg.conninfo import conninfo_to_dict
from tests.foundation.live.conftest import PATIENCE, Database, happen_in, live_migration

from bangban.foundation.live.numbering import CHANNEL


def read_by(database: Database, column: str, table: str, after: int) -> list[int]:
    with database.connect() as connection:
        rows = connection.execute(f"SELECT {column} FROM {table} WHERE {column} > {after} ORDER BY 1".encode())
        return [row[0] for row in rows]


def test_reading_by_insert_number_loses_an_event_that_commits_late(database: Database) -> None:
    late, early = database.connect(), database.connect()
    with late, early:
        happen_in(late, "case:1")
        happen_in(early, "case:1")
        early.commit()
        seen = read_by(database, "entered", "happening", 0)
        late.commit()
    assert seen == [2], "the later insert is committed first"
    assert read_by(database, "entered", "happening", seen[-1]) == [], "and the earlier one is never found"


def test_reading_by_commit_number_finds_an_event_that_commits_late(database: Database) -> None:
    late, early = database.connect(), database.connect()
    with late, early:
        happen_in(late, "case:1")
        happen_in(early, "case:1")
        early.commit()
        seen = read_by(database, "seq", "live_order", 0)
        late.commit()
    assert seen == [1]
    assert read_by(database, "seq", "live_order", seen[-1]) == [2]


def test_a_rollback_leaves_no_gap(database: Database) -> None:
    with database.connect() as connection:
        happen_in(connection, "case:1")
        connection.commit()
        happen_in(connection, "case:1")
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        connection.rollback()
        happen_in(connection, "case:1")
        connection.commit()
    assert read_by(database, "seq", "live_order", 0) == [1, 2]


def test_events_of_one_transaction_keep_their_order(database: Database) -> None:
    with database.connect() as connection:
        for kind in ("a", "b", "c"):
            happen_in(connection, "case:1", kind=kind)
        connection.commit()
        kinds = connection.execute("SELECT kind FROM live_frame ORDER BY seq").fetchall()
    assert kinds == [("a",), ("b",), ("c",)]


def test_a_follower_misses_nothing_while_eight_write(database: Database) -> None:
    done = threading.Event()
    seen: list[int] = []

    def write() -> None:
        with database.connect() as connection:
            for turn in range(40):
                happen_in(connection, "case:1")
                if turn % 3 == 0:
                    time.sleep(0.002)
                connection.rollback() if turn % 7 == 0 else connection.commit()

    def follow() -> None:
        with database.connect(autocommit=True) as connection:
            ended = False
            while not ended:
                ended = done.is_set()
                after = seen[-1] if seen else 0
                rows = connection.execute("SELECT seq FROM live_order WHERE seq > %s ORDER BY seq", [after])
                seen.extend(row[0] for row in rows)

    follower = threading.Thread(target=follow)
    writers = [threading.Thread(target=write) for _ in range(8)]
    for thread in (follower, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    follower.join()
    assert seen == list(range(1, database.ask("SELECT count(*) FROM happening") + 1))


def test_foreign_keys_are_checked_before_the_number_is_taken(database: Database) -> None:
    """One transaction waits at its commit for a row of another, which also commits an event: no deadlock."""
    database.do(
        "CREATE TABLE parent (id int PRIMARY KEY);"
        "CREATE TABLE child (parent_id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);"
        "INSERT INTO parent VALUES (1)"
    )
    failures: list[psycopg.Error] = []

    def commit(connection: psycopg.Connection[Any]) -> None:
        try:
            connection.commit()
        except psycopg.Error as error:
            failures.append(error)

    first, second = database.connect(), database.connect()
    with first, second:
        happen_in(first, "case:1")
        first.execute("INSERT INTO child VALUES (1)")
        second.execute("SELECT 1 FROM parent FOR UPDATE")
        happen_in(second, "case:1")
        threads = [threading.Thread(target=commit, args=[connection]) for connection in (first, second)]
        for thread in threads:
            thread.start()
            time.sleep(0.1)
        for thread in threads:
            thread.join()
    assert failures == []
    assert read_by(database, "seq", "live_order", 0) == [1, 2]


def test_a_stale_snapshot_fails_instead_of_doubling_a_number(database: Database) -> None:
    with database.connect() as stale:
        stale.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        stale.execute("SELECT 1")
        database.happen("case:1")
        happen_in(stale, "case:1")
        with pytest.raises(psycopg.errors.UniqueViolation):
            stale.commit()


def test_each_topic_gets_the_event_once(database: Database) -> None:
    with database.connect() as connection:
        happen_in(connection, "case:1", "desk:5", "case:1", number=None)
        happen_in(connection)
        connection.commit()
        frames = connection.execute("SELECT topic, seq, number FROM live_frame ORDER BY topic, seq").fetchall()
    assert frames == [("case:1", 1, ""), ("desk:5", 1, "")]
    assert read_by(database, "seq", "live_order", 0) == [1, 2]


def test_what_does_not_fit_a_notification_is_announced_by_number_only(database: Database) -> None:
    with database.connect(autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        database.happen("case:1")
        database.happen(*[f"case:{'x' * 90}{n}" for n in range(100)])
        notes = [json.loads(note.payload) for note in listening.notifies(timeout=PATIENCE, stop_after=2)]
    assert notes[0].items() >= {"seq": 1, "kind": "case.message", "topics": ["case:1"], "visibility": "user"}.items()
    assert notes[1] == {"seq": 2}


def test_the_queue_is_empty_after_commit(database: Database) -> None:
    database.happen("case:1")
    assert database.ask("SELECT count(*) FROM live_arrival") == 0


def test_the_migration_can_be_taken_back(database: Database, django_db_blocker: Any) -> None:
    database.do("DROP TABLE happening")
    name = conninfo_to_dict(database.conninfo)["dbname"]
    connections.databases["live_back"] = {**connections.databases["default"], "NAME": name, "OPTIONS": {}}
    with django_db_blocker.unblock():
        connection = connections["live_back"]
        with connection.schema_editor() as editor:
            live_migration().unapply(ProjectState(), editor)
        left = connection.introspection.table_names()
        connection.close()
    del connections.databases["live_back"]
    assert not [table for table in left if table.startswith("live")]
    assert database.ask("SELECT count(*) FROM pg_proc WHERE proname LIKE 'live%'") == 0
