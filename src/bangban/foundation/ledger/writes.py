"""All rows of one deed in one statement.

A deed touches several tables (record, event, clock, hand-over ...). Sent one by one they cost a round trip each;
as data-modifying CTEs of one statement they cost one, and PostgreSQL keeps the plan because the text repeats.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model


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
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(_statement(tuple(sql for sql, _ in parts)), [value for _, values in parts for value in values])


def _insertion(row: Model) -> tuple[str, list[Any]]:
    numbered = row.pk is None
    return _insert_sql(type(row), numbered), _values(row, _insert_fields(type(row), numbered))


@lru_cache(maxsize=512)
def _statement(parts: tuple[str, ...]) -> str:
    *head, last = parts
    if not head:
        return last
    ctes = ", ".join(f"w{place} AS ({part})" for place, part in enumerate(head))
    return f"WITH {ctes} {last}"


@lru_cache(maxsize=256)
def _insert_fields(model: type[Model], numbered: bool) -> tuple[str, ...]:
    return tuple(f.attname for f in model._meta.concrete_fields if not (numbered and f.primary_key))


@lru_cache(maxsize=256)
def _insert_sql(model: type[Model], numbered: bool) -> str:
    columns = [_column(model, name) for name in _insert_fields(model, numbered)]
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) VALUES ({", ".join(["%s"] * len(columns))})'


@lru_cache(maxsize=512)
def _update_sql(model: type[Model], names: tuple[str, ...]) -> str:
    assert model._meta.pk is not None
    changes = ", ".join(f"{_column(model, name)} = %s" for name in names)
    return f'UPDATE "{model._meta.db_table}" SET {changes} WHERE "{model._meta.pk.column}" = %s'


def _column(model: type[Model], name: str) -> str:
    return f'"{model._meta.get_field(name).column}"'  # type: ignore[union-attr]


def _values(row: Model, names: Iterable[str]) -> list[Any]:
    fields = (row._meta.get_field(name) for name in names)
    return [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields]  # type: ignore[union-attr]
