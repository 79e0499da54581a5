"""Importing knowledge through `bangban import` against COPY of the same rows into the same columns."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bangban.bench.household import BenchHouse, line

ROWS = 20_000
TABLES = ("knowledge_entry", "knowledge_entryversion", "ledger_event")


def run(*arguments: Path, as_json: bool = False) -> Iterator[dict[str, Any]]:
    """Yield rows a second of the import, and its share of a COPY of what it wrote."""
    del arguments, as_json
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder, BenchHouse(Path(folder)) as house:
        house.prepare_city()
        path = Path(folder) / "knowledge.csv"
        write(path, ROWS)
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "bangban.cli", "import", "knowledge", str(path)], check=True, capture_output=True
        )
        took = time.perf_counter() - began
        copied = copy_again()
        again = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "bangban.cli", "import", "knowledge", str(path)], check=True, capture_output=True
        )
        repeated = time.perf_counter() - again
    yield line(
        "imports.knowledge", ROWS / took, "rows/s", base=f"COPY {ROWS / copied:.0f} rows/s", ratio=copied / took, n=ROWS
    )
    yield line("imports.knowledge_unchanged", ROWS / repeated, "rows/s", n=ROWS)


def write(path: Path, rows: int) -> None:
    """Write a file of distinct entries."""
    with path.open("w", encoding="utf-8") as file:
        file.write("id,question,answer,similar,unit,item,valid_from,valid_to\n")
        for n in range(rows):
            file.write(f"m{n},第{n}号事项怎么办理？,带身份证到第{n % 97}号窗口办理，五个工作日办结。,{n}号怎么办,,,,\n")


def copy_again() -> float:
    """COPY every row that the import wrote into tables with the same columns and indexes; return the seconds."""
    from django.db import connection

    seconds = 0.0
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"CREATE TABLE bench_{table} (LIKE {table} INCLUDING DEFAULTS INCLUDING INDEXES INCLUDING GENERATED)"
            )
            with cursor.copy(f"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT binary)") as out:
                rows = b"".join(out)
            began = time.perf_counter()
            with cursor.copy(f"COPY bench_{table} FROM STDIN (FORMAT binary)") as into:
                into.write(rows)
            seconds += time.perf_counter() - began
    return seconds
