"""Opening a case through the API against pgbench running the same statement (DESIGN §7).

Server and PostgreSQL share one core, the load comes from the other, for both sides. The ratio is what is left of the
database's own speed after HTTP, validation, encryption, digests and Python.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from bangban.bench.household import BenchHouse, line
from bangban.bench.load import post_for

SECONDS = 12
CONNECTIONS = 16
BODY = b'{"question":"\xe5\xa4\xb1\xe4\xb8\x9a\xe4\xba\x86\xe6\x80\x8e\xe4\xb9\x88\xe9\xa2\x86\xe5\xa4\xb1\xe4\xb8\x9a\xe9\x87\x91\xef\xbc\x9f","contact":{"name":"\xe5\xbc\xa0\xe4\xb8\x89","phone":"13900000001"},"channel":"web"}'


def run(*arguments: Path, as_json: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the figures: requests per second, statements per second, the ratio, and CPU per request."""
    del arguments, as_json
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder, BenchHouse(Path(folder)) as house:
        house.prepare_city()
        statement = captured_statement()
        house.serve()
        house.pin(web=0, database=0)
        token = house.token()
        post_for(2, CONNECTIONS, house.port, "/api/v1/cases", token, BODY, core=1)
        before = house.cpu_seconds()
        served = post_for(SECONDS, CONNECTIONS, house.port, "/api/v1/cases", token, BODY, core=1)
        cpu = house.cpu_seconds() - before
        house.stop_serving()
        limit = pgbench(house, statement, Path(folder))
    if served.refused:
        raise AssertionError(f"{served.refused} requests were not answered with 201: {served.example!r}")
    yield line("open.api", served.count / served.seconds, "cases/s", base=f"pgbench {limit:.0f}/s", ratio=served.count / served.seconds / limit, n=served.count)
    yield line("open.pgbench", limit, "statements/s", n=SECONDS)
    yield line("open.p50", served.percentile(50) * 1000, "ms", n=served.count)
    yield line("open.p99", served.percentile(99) * 1000, "ms", n=served.count)
    yield line("open.web_cpu", cpu / max(served.count, 1) * 1000, "ms/case", n=served.count)


def captured_statement() -> tuple[str, list[Any]]:
    """Return the statement and values that one opening sends."""
    from bangban.foundation.access.actors import Actor
    from bangban.foundation.ledger import writes
    from bangban.services.cases.actions import NewCase, open_case

    seen: list[tuple[str, list[Any]]] = []
    send = writes._send

    def watch(parts: list[tuple[str, list[Any]]]) -> None:
        if parts:
            seen.append((writes._statement(tuple(sql for sql, _ in parts)), [v for _, vs in parts for v in vs]))
        send(parts)

    writes._send = watch
    try:
        open_case(Actor("guest", "guest:bench"), NewCase("失业了怎么领失业金？", phone="13900000001", name="张三"))
    finally:
        writes._send = send
    (only,) = seen
    return only


def pgbench(house: BenchHouse, captured: tuple[str, list[Any]], folder: Path) -> float:
    """Run the captured statement with fresh ids, prepared, and return transactions per second."""
    script = folder / "open.sql"
    script.write_text("\\set a random(1, 9000000000000000000)\n" + as_script(*captured) + ";\n", encoding="utf-8")
    command = [str(house.binaries.pgbench), "-n", "-M", "prepared", "-c", "4", "-j", "1", "-T", str(SECONDS), "-f", str(script), house.url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, preexec_fn=lambda: os.sched_setaffinity(0, {1}))
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise AssertionError(done.stdout + done.stderr)
    return float(found[1])


def as_script(sql: str, values: list[Any]) -> str:
    """Write a statement out for pgbench: ids and numbers come from the random number, everything else is a constant."""
    from django.db import connection
    from psycopg.sql import Literal

    def text(match: re.Match[str]) -> str:
        value = values[int(match[1]) - 1]
        if isinstance(value, UUID):
            return f"md5(:a::text || '{value.hex[-6:]}')::uuid"
        if isinstance(value, str) and value.startswith("ZX"):
            return "('ZX' || :a::text)"
        return Literal(value).as_string(connection.connection)

    connection.ensure_connection()
    return re.sub(r"\$(\d+)", text, sql)
