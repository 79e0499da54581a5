"""The way of every import: read, judge, drop doubles, land in batches; a killed import leaves whole rows only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from django.db import DataError, IntegrityError, connection, transaction

from bangban.foundation.flows.flow import NotAllowed
from bangban.registry.catalog.intake.files import Row, read_rows
from bangban.registry.catalog.intake.report import BadRow, ImportReport

BATCH = 500
Outcome = Literal["added", "changed", "unchanged"]
T = TypeVar("T")


class Importer(Protocol[T]):
    """What a room knows about its rows."""

    lock: ClassVar[str]
    headings: ClassVar[dict[str, str]]

    def judge(self, data: dict[str, Any]) -> T:
        """Return the checked row; BadRow says why it cannot land."""
        ...

    def key_of(self, row: T) -> str:
        """Return what must be unique in a file."""
        ...

    def land(self, rows: Sequence[T]) -> Sequence[Outcome | BadRow]:
        """Write the rows inside the running transaction and return what became of each."""
        ...

    def remark(self, row: T, report: ImportReport) -> None:
        """Note what should be told about a landed row."""
        ...


def run_import(path: Path, importer: Importer[T]) -> ImportReport:
    """Import a file and report; NotAllowed when another import of the same kind runs.

    Every batch is one transaction. A row that the database refuses is tried alone and reported alone.
    """
    with _alone(importer.lock), _keys_seen():
        encoding, rows = read_rows(path, importer.headings)
        report = ImportReport(encoding=encoding)
        while batch := list(islice(rows, BATCH)):
            report.rows += len(batch)
            _land(importer, _without_doubles(importer, _judged(importer, batch, report), report), report)
    return report


def _judged(importer: Importer[T], rows: list[Row], report: ImportReport) -> list[tuple[int, T]]:
    judged = []
    for row in rows:
        if row.problem:
            report.refuse(row.line, row.problem)
            continue
        try:
            judged.append((row.line, importer.judge(row.data)))
        except BadRow as verdict:
            report.refuse(row.line, str(verdict))
    return judged


def _without_doubles(importer: Importer[T], rows: list[tuple[int, T]], report: ImportReport) -> list[tuple[int, T]]:
    first: dict[str, tuple[int, T]] = {}
    for line, row in rows:
        key = importer.key_of(row)
        if key in first:
            report.refuse(line, f"编号“{key}”在本文件第{first[key][0]}行已经出现过。")
        else:
            first[key] = (line, row)
    for key, line in _seen_before(first).items():
        report.refuse(first.pop(key)[0], f"编号“{key}”在本文件第{line}行已经出现过。")
    return list(first.values())


def _seen_before(first: dict[str, tuple[int, Any]]) -> dict[str, int]:
    """Remember keys with their lines in a table of this session; return those that were there before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH given AS (SELECT * FROM unnest(%s::text[], %s::bigint[]) AS g(key, line)),"
            " added AS (INSERT INTO import_seen SELECT * FROM given ON CONFLICT DO NOTHING RETURNING key)"
            " SELECT s.key, s.line FROM import_seen s JOIN given USING (key)"
            " WHERE s.key NOT IN (SELECT key FROM added)",
            [list(first), [line for line, _ in first.values()]],
        )
        return dict(cursor.fetchall())


def _land(importer: Importer[T], rows: list[tuple[int, T]], report: ImportReport) -> None:
    if not rows:
        return
    try:
        with transaction.atomic():
            outcomes = importer.land([row for _, row in rows])
    except (DataError, IntegrityError):
        if len(rows) == 1:
            report.refuse(rows[0][0], "数据库拒绝了这一行，请检查内容后重试。")
        else:
            for one in rows:
                _land(importer, [one], report)
        return
    for (line, row), outcome in zip(rows, outcomes, strict=True):
        if isinstance(outcome, BadRow):
            report.refuse(line, str(outcome))
        else:
            setattr(report, outcome, getattr(report, outcome) + 1)
            importer.remark(row, report)


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Hold the import of one kind for this session; the database frees it when the session ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
        if not cursor.fetchone()[0]:
            raise NotAllowed("另一批导入正在进行，请等它结束后再试。")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


@contextmanager
def _keys_seen() -> Iterator[None]:
    """Keep a table for the keys of one file; it lives on the server, so a million keys cost no memory here."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE import_seen (key text PRIMARY KEY, line bigint NOT NULL)")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE import_seen")
