"""A scene is built through the house's doors once; tests after the first get its rows back in one statement.

What a builder wrote is found by comparing all tables before and after, kept as SQL, and written again, with the same ids,
into the transaction of each later test. Where a test commits (no transaction around it), the builder itself runs.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Hashable
from datetime import timedelta
from functools import cache, wraps
from typing import NamedTuple, ParamSpec, TypeVar, cast

from django.db import connection
from psycopg import sql

from bangban.foundation.clocks import moment

P = ParamSpec("P")
T = TypeVar("T")
Rows = dict[str, str]
"""Where each row of a table lies, by its key."""


class _Table(NamedTuple):
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


class _Scene(NamedTuple):
    """The statements that write a scene, the pickled answer of its builder, and how long building took."""

    script: str
    answer: bytes
    took: timedelta


_scenes: dict[Hashable, _Scene] = {}
_set: list[Hashable] = []


def forget_stage() -> None:
    """Begin a test: nothing is built yet."""
    _set.clear()


def remembered(build: Callable[P, T]) -> Callable[P, T]:
    """Let a builder of rows run once for each stage that it can be called on; its answer must be picklable."""

    @wraps(build)
    def built(*args: P.args, **kwargs: P.kwargs) -> T:
        if not connection.in_atomic_block:
            return build(*args, **kwargs)
        minute = moment.now().replace(second=0, microsecond=0)
        act = (build.__module__, build.__qualname__, minute, pickle.dumps((args, kwargs)))
        known = (act, *_set)
        _set.append(act)
        if (scene := _scenes.get(known)) is None:
            before, begun = _rows(), moment.now()
            answer = pickle.dumps(build(*args, **kwargs))
            took = moment.now() - begun
            _scenes[known] = scene = _Scene(_script(before), answer, took)
            return cast(T, pickle.loads(scene.answer))
        with connection.cursor() as cursor:
            cursor.cursor.execute(scene.script)
        moment.stand_at(moment.now() + scene.took)
        return cast(T, pickle.loads(scene.answer))

    return built


@cache
def _tables() -> tuple[_Table, ...]:
    """Return all tables that hold rows, with the columns that can be written and those of the key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.attgenerated = ''),"
            " array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.attnum = ANY(i.indkey))"
            " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            " JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
            " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace"
            " GROUP BY c.relname ORDER BY c.relname"
        )
        return tuple(_Table(name, tuple(columns), tuple(key)) for name, columns, key in cursor.fetchall())


def _rows() -> dict[str, Rows]:
    parts = [
        sql.SQL(
            "SELECT {name}::text, jsonb_build_array({key})::text, tableoid::text || ctid::text FROM {table}"
        ).format(
            name=sql.Literal(table.name),
            key=sql.SQL(", ").join(map(sql.Identifier, table.key)),
            table=sql.Identifier(table.name),
        )
        for table in _tables()
    ]
    found: dict[str, Rows] = {table.name: {} for table in _tables()}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        for name, key, place in cursor.fetchall():
            found[name][key] = place
    return found


def _script(before: dict[str, Rows]) -> str:
    """Return statements that write what is there now and was not, or was otherwise, before."""
    after = _rows()
    statements: list[str] = []
    for table in _tables():
        was, now = before[table.name], after[table.name]
        assert was.keys() <= now.keys(), f"A builder that takes rows away cannot be remembered: {table.name}"
        places = [place for key, place in now.items() if was.get(key) != place]
        if places:
            statements.append(_statement(table, places))
    return ";\n".join(statements)


def _statement(table: _Table, places: list[str]) -> str:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT json_agg(t)::text FROM {} t WHERE t.tableoid::text || t.ctid::text = ANY(%s)").format(
                sql.Identifier(table.name)
            ),
            [places],
        )
        (rows,) = cursor.fetchone()
    renewed = [
        sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(one)) for one in table.columns if one not in table.key
    ]
    return (
        sql.SQL(
            "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM json_populate_recordset(NULL::{table}, {rows})"
            " ON CONFLICT ({key}) DO {otherwise}"
        )
        .format(
            table=sql.Identifier(table.name),
            columns=columns,
            rows=sql.Literal(rows),
            key=sql.SQL(", ").join(map(sql.Identifier, table.key)),
            otherwise=sql.SQL("UPDATE SET ") + sql.SQL(", ").join(renewed) if renewed else sql.SQL("NOTHING"),
        )
        .as_string(connection.connection)
    )
