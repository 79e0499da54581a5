"""Opening a case through the API against pgbench running the same statement (DESIGN §7).

Server and PostgreSQL share one core, the load comes from the other, for both sides. The ratio is what is left of the
database's own speed after HTTP, validation, encryption, digests and Python.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from bangban.bench.household import BenchHouse, line
from bangban.bench.load import post_for

SECONDS = 5
ROUNDS = 5
CONNECTIONS = 16
CLIENTS = 4
PARTS = 400
PATH = "/api/v1/cases"
SETS = "\\set a :a + 1\n\\set u {round} * 1000000000000000 + :client_id * 100000000000 + :a\n"
BODY = json.dumps(
    {"question": "失业了怎么领失业金？", "contact": {"name": "张三", "phone": "13900000001"}, "channel": "web"}
).encode()


def run(*arguments: Path, as_json: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the figures: the median ratio of several rounds, each side's speed, and what one case costs where."""
    del arguments, as_json
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder, BenchHouse(Path(folder)) as house:
        house.prepare_city()
        statement, token = captured_statement(), house.token()
        house.serve()
        house.pin(web=0, database=0)
        post_for(3, CONNECTIONS, house.port, PATH, token, BODY, core=1)
        rounds = [_round(house, token, statement, Path(folder), number) for number in range(ROUNDS)]
        alone = post_for(3, 1, house.port, PATH, token, BODY, core=1)
        house.stop_serving()
        costs = parts(token)
    count = sum(one.served for one in rounds)
    ratio, limit = median(one.ratio for one in rounds), median(one.limit for one in rounds)
    speed = median(one.speed for one in rounds)
    yield line("open.api", speed, "cases/s", base=f"pgbench {limit:.0f}/s, median of {ROUNDS}", ratio=ratio, n=count)
    yield line("open.pgbench", limit, "statements/s", n=ROUNDS)
    yield line("open.web_cpu", median(one.cpu for one in rounds), "ms/case", n=count)
    yield line("open.p50_one_client", alone.percentile(50) * 1000, "ms", n=alone.count)
    for name, value in costs.items():
        yield line(f"open.part.{name}", value, "ms/case", n=PARTS)


@dataclass(frozen=True)
class Round:
    """One round of both sides."""

    speed: float
    limit: float
    cpu: float
    served: int

    @property
    def ratio(self) -> float:
        """Return the API's share of the database's own speed."""
        return self.speed / self.limit


def _round(house: BenchHouse, token: str, statement: tuple[str, list[Any]], folder: Path, number: int) -> Round:
    before = house.cpu_seconds()
    served = post_for(SECONDS, CONNECTIONS, house.port, PATH, token, BODY, core=1)
    cpu = house.cpu_seconds() - before
    if served.refused:
        raise AssertionError(f"{served.refused} requests were not answered with 201: {served.example!r}")
    limit = pgbench(house, statement, folder, number)
    return Round(served.count / served.seconds, limit, cpu / max(served.count, 1) * 1000, served.count)


def parts(token: str) -> dict[str, float]:
    """Return milliseconds a case, one after the other in this process: the statement, the action, the whole of Django."""
    from bangban.bench.requests import called
    from bangban.foundation.access.actors import Actor
    from bangban.foundation.ledger import writes
    from bangban.services.cases.actions import NewCase, open_case

    send, inside = writes._send, [0.0]

    def timed(parts: list[tuple[str, list[Any]]]) -> None:
        began = time.perf_counter()
        send(parts)
        inside[0] += time.perf_counter() - began

    def each(call: Callable[[], object]) -> tuple[float, float]:
        """Return the medians of what the statement took, and of what the rest of the call took."""
        statement, rest = [], []
        for _ in range(PARTS):
            inside[0], began = 0.0, time.perf_counter()
            call()
            statement.append(inside[0])
            rest.append(time.perf_counter() - began - inside[0])
        return median(statement) * 1000, median(rest) * 1000

    new = NewCase("失业了怎么领失业金？", phone="13900000001", name="张三")
    writes._send = timed
    try:
        statement, action = each(lambda: open_case(Actor("guest", "guest:bench"), new))
        _, whole = each(lambda: called("POST", PATH, BODY, HTTP_AUTHORIZATION=f"Bearer {token}"))
    finally:
        writes._send = send
    return {"statement": statement, "rules_and_encryption": action, "django_and_api": whole - action}


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


def pgbench(house: BenchHouse, captured: tuple[str, list[Any]], folder: Path, number: int) -> float:
    """Run the captured statement with fresh ids, prepared, and return transactions per second."""
    script = folder / "open.sql"
    script.write_text(f"{SETS.format(round=number + 1)}{as_script(*captured)};\n", encoding="utf-8")
    command = [
        str(house.binaries.pgbench),
        "-n",
        "-M",
        "prepared",
        "-c",
        str(CLIENTS),
        "-j",
        "1",
        "-D",
        "a=0",
        "-T",
        str(SECONDS),
    ]
    done = subprocess.run(
        ["taskset", "-c", "1", *command, "-f", str(script), house.url], capture_output=True, text=True, check=False
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise AssertionError(done.stdout + done.stderr)
    return float(found[1])


def as_script(sql: str, values: list[Any]) -> str:
    """Write a statement out for pgbench: ids and numbers count up as the application's do, the rest is constant."""
    from django.db import connection
    from psycopg.sql import Literal

    def text(match: re.Match[str]) -> str:
        value = values[int(match[1]) - 1]
        if isinstance(value, UUID):
            return f"(lpad(to_hex(:u::bigint), 26, '0') || '{value.hex[-6:]}')::uuid"
        if isinstance(value, str) and value.startswith("ZX"):
            return "('ZX' || :u::bigint)"
        return _literal(Literal(value).as_string(connection.connection))

    connection.ensure_connection()
    return re.sub(r"\$(\d+)", text, sql)


def _literal(text: str) -> str:
    """Hide colons inside a quoted literal, which pgbench would take for its own variables."""
    quoted = re.fullmatch(r"\s*(E?)'(.*)'(::.*)?", text, re.DOTALL)
    if quoted is None or ":" not in quoted[2]:
        return text
    body = quoted[2] if quoted[1] else quoted[2].replace("\\", "\\\\")
    return "E'" + body.replace(":", "\\x3a") + "'" + (quoted[3] or "")
