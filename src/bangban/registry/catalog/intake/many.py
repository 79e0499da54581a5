"""Many deeds in one transaction: each has its own event, all rows go to the database by COPY."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Model

from bangban.foundation.ledger.writes import Writes


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
    assert model._meta.pk is not None
    fields = [model._meta.get_field(name) for name in names]
    changes = ", ".join(f'"{field.column}" = %s' for field in fields)  # type: ignore[union-attr]
    statement = f'UPDATE "{model._meta.db_table}" SET {changes} WHERE "{model._meta.pk.column}" = %s'
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[*_values(row, fields), row.pk] for row in rows])


def _copy(model: type[Model], rows: list[Model]) -> None:
    numbered = rows[0].pk is None
    fields = [field for field in model._meta.concrete_fields if not (numbered and field.primary_key)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(_values(row, fields))


def _values(row: Model, fields: Iterable[Any]) -> list[Any]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]


