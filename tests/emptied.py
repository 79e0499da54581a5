"""After a test that commits, the tables that hold rows are emptied.

Django's own flush truncates every table, with all indexes, and writes content types and permissions anew: the third of a
second that costs is more than most of these tests take. What is left here is the same: no row in any table of a model but
those two, whoever wrote it and however late.
"""

from __future__ import annotations

from functools import cache

from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase
from psycopg import sql
from psycopg.errors import DeadlockDetected

KEPT = {"django_content_type", "auth_permission"}
TRIES = 5


def instead_of_flush() -> None:
    """Let every test case that commits end so."""
    TransactionTestCase._fixture_teardown = lambda self: empty_tables()  # type: ignore[attr-defined]


def empty_tables() -> None:
    """Wait for transactions that still write, as a truncation would, and delete all rows past every trigger.

    Locked one after another, the tables may cross those of a request that a page still had under way: then the database
    ends one of the two, and when it is this one, the other is over soon.
    """
    for tried in range(1, TRIES + 1):
        try:
            _empty()
            return
        except OperationalError as error:
            if tried == TRIES or not isinstance(error.__cause__, DeadlockDetected):
                raise


def _empty() -> None:
    lock, ask = _statements()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(lock)
        cursor.execute(ask)
        filled = [sql.Identifier(name) for (name,) in cursor.fetchall()]
        if filled:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(name) for name in filled))


@cache
def _statements() -> tuple[sql.Composed, sql.Composed]:
    """Return what locks all tables of models, and what names those that hold rows."""
    names = [*map(sql.Identifier, tables := _tables())]
    lock = sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.SQL(", ").join(names))
    each = sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})")
    ask = sql.SQL(" UNION ALL ").join(
        each.format(sql.Literal(table), name) for table, name in zip(tables, names, strict=True)
    )
    return lock, ask


def _tables() -> list[str]:
    return sorted({*connection.introspection.django_table_names(only_existing=True, include_views=False)} - KEPT)
