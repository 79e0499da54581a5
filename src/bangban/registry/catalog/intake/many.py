"""Many deeds in one transaction: each has its own event, all rows go to the database by COPY."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Model

from bangban.foundation.ledger.writes import Writes

AS_THEY_ARE = frozenset(
    {
        ArrayField,
        models.BigIntegerField,
        models.BinaryField,
        models.BooleanField,
        models.CharField,
        models.DateField,
        models.DateTimeField,
        models.ForeignKey,
        models.IntegerField,
        models.SmallIntegerField,
        models.TextField,
        models.UUIDField,
    }
)
"""Fields whose values the driver takes as our rows hold them; asking Django for each value halves the speed."""


class Many(Writes):
    """Takes the writes of many deeds; nothing is sent before `send`.

    A deed sends its rows when it ends; in a batch that would be one statement for each row of a file. Here `run` waits.
    """

    def __init__(self) -> None:
        super().__init__()
        self._new: dict[type[Model], list[Model]] = defaultdict(list)
        self._old: dict[tuple[type[Model], tuple[str, ...]], list[Model]] = defaultdict(list)

    def run(self) -> None:
        """Keep what one deed collected."""
        for row, names in self._updates:
            self._old[type(row), names].append(row)
        for row in self._inserts:
            self._new[type(row)].append(row)
        self._updates, self._inserts = [], []

    def send(self) -> None:
        """Send everything: changes first, then new rows table by table; constraints speak here (IntegrityError)."""
        for (model, names), rows in self._old.items():
            _update(model, names, rows)
        for model, rows in self._new.items():
            _copy(model, rows)
        self._old.clear()
        self._new.clear()


def _update(model: type[Model], names: tuple[str, ...], rows: Iterable[Model]) -> None:
    fields = [model._meta.get_field(name) for name in names]
    key = model._meta.pk
    changes = ", ".join(f'"{field.column}" = %s' for field in fields)  # type: ignore[union-attr]
    statement = f'UPDATE "{model._meta.db_table}" SET {changes} WHERE "{key.column}" = %s'
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[*_values(row, _columns(fields)), row.pk] for row in rows])


def _copy(model: type[Model], rows: list[Model]) -> None:
    numbered = rows[0].pk is None
    fields = [field for field in model._meta.concrete_fields if not (numbered and field.primary_key)]
    names, columns = ", ".join(f'"{field.column}"' for field in fields), _columns(fields)
    statement = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(_values(row, columns))


def _columns(fields: Iterable[Any]) -> list[tuple[str, Any]]:
    """Return for each field the attribute and, when the driver needs another form of the value, what makes it."""
    return [(field.attname, None if type(field) in AS_THEY_ARE else field.get_db_prep_save) for field in fields]


def _values(row: Model, columns: list[tuple[str, Any]]) -> list[Any]:
    found = []
    for name, prepare in columns:
        value = getattr(row, name)
        found.append(prepare(value, connection) if prepare else value)
    return found
