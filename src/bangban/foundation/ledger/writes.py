"""All rows of one deed in one statement.

A deed touches several tables (record, event, clock, hand-over ...). Sent one by one they cost a round trip each;
as data-modifying CTEs of one statement they cost one, and PostgreSQL keeps the plan because the text repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import count
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import Field, Model
from psycopg import RawCursor

PLAIN = frozenset({str, int, bool, type(None), UUID, datetime})
PLAIN_FIELDS = frozenset(
    {
        models.TextField, models.IntegerField, models.SmallIntegerField, models.BigIntegerField, models.BooleanField,
        models.UUIDField, models.DateTimeField, models.ForeignKey,
    }
)  # fmt: skip


class Writes:
    """Collects new rows and changed rows of models and sends them as one statement."""

    def __init__(self) -> None:
        self._inserts: list[Model] = []
        self._updates: list[tuple[Model, tuple[str, ...]]] = []

    def insert(self, row: Model) -> None:
        """Add a new row; its primary key must already be set unless the database numbers it."""
        self._inserts.append(row)

    def update(self, row: Model, fields: Iterable[str]) -> None:
        """Add the changed fields of a locked row; two updates of one row become one."""
        for position, (known, names) in enumerate(self._updates):
            if known is row:
                self._updates[position] = (row, tuple(dict.fromkeys((*names, *fields))))
                return
        self._updates.append((row, tuple(fields)))

    def rows(self, model: type[Model]) -> list[Any]:
        """Return the new rows of one model that wait to be written."""
        return [row for row in self._inserts if isinstance(row, model)]

    def run(self) -> None:
        """Send everything; database constraints speak here (IntegrityError).

        Changes go before new rows, in a statement of their own: rules such as "one open interval" look at both, and
        the parts of one statement have no order.
        """
        updates, inserts = self._updates, self._inserts
        self._updates, self._inserts = [], []
        _send([(_update_sql(type(row), names), [*_values(row, names), row.pk]) for row, names in updates])
        _send([_insertion(row) for row in inserts])


def _send(parts: list[tuple[str, list[Any]]]) -> None:
    """Send parts as one statement, numbered for the server: the driver keeps no parse of texts this long."""
    if not parts:
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, RawCursor(connection.connection) as cursor:
        cursor.execute(
            _statement(tuple(sql for sql, _ in parts)), [value for _, values in parts for value in values], prepare=True
        )


def _insertion(row: Model) -> tuple[str, list[Any]]:
    numbered = row.pk is None
    return _insert_sql(type(row), numbered), _values(row, _insert_names(type(row), numbered))


@lru_cache(maxsize=512)
def _statement(parts: tuple[str, ...]) -> str:
    *head, last = parts
    ctes = ", ".join(f"w{place} AS ({part})" for place, part in enumerate(head))
    numbers = count(1)
    return re.sub(r"%s", lambda _: f"${next(numbers)}", f"WITH {ctes} {last}" if head else last)


@lru_cache(maxsize=256)
def _insert_names(model: type[Model], numbered: bool) -> tuple[str, ...]:
    return tuple(f.attname for f in model._meta.concrete_fields if not (numbered and f.primary_key))


@lru_cache(maxsize=256)
def _insert_sql(model: type[Model], numbered: bool) -> str:
    columns = [_column(model, name) for name in _insert_names(model, numbered)]
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) VALUES ({", ".join(["%s"] * len(columns))})'


@lru_cache(maxsize=512)
def _update_sql(model: type[Model], names: tuple[str, ...]) -> str:
    assert model._meta.pk is not None
    changes = ", ".join(f"{_column(model, name)} = %s" for name in names)
    return f'UPDATE "{model._meta.db_table}" SET {changes} WHERE "{model._meta.pk.column}" = %s'


def _column(model: type[Model], name: str) -> str:
    return f'"{_fields(model, (name,))[0].column}"'


@lru_cache(maxsize=512)
def _fields(model: type[Model], names: tuple[str, ...]) -> tuple[Field[Any, Any], ...]:
    return tuple(model._meta.get_field(name) for name in names)  # type: ignore[misc]


def _values(row: Model, names: tuple[str, ...]) -> list[Any]:
    """Return what the driver gets; plain values go straight through, which is most of them."""
    known = row.__dict__
    driver = connections[DEFAULT_DB_ALIAS]
    return [
        value if type(value) in PLAIN and type(field) in PLAIN_FIELDS else field.get_db_prep_save(value, driver)
        for field in _fields(type(row), names)
        for value in (known[field.attname],)
    ]
