"""The case page with 30 events and the desk list of 50 among 200,000 cases: SQL, server time, queries, growth."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bangban.bench.household import BenchHouse, line

SMALL, LARGE = 20_000, 200_000
TURNS = 60
Query = tuple[str, Any]


@dataclass(frozen=True)
class Served:
    """Milliseconds of a request: the median, and the fastest tenth, which is what a machine without other work needs."""

    median: float
    quiet: float
    queries: int


def run(*arguments: Path, as_json: bool = False) -> Iterator[dict[str, Any]]:
    """Yield milliseconds of SQL (EXPLAIN ANALYZE) and of the server for lists and pages, query counts and exponents."""
    del arguments, as_json
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder, BenchHouse(Path(folder)) as house:
        house.prepare_city()
        from bangban.bench.volume import grow_to, sample, talked
        from bangban.foundation.access.models import Account
        from bangban.foundation.clocks.moment import now
        from bangban.registry.org.actions import be_present
        from bangban.registry.org.reads import actor_of

        guide = actor_of(Account.objects.get(username="guide"))
        be_present(guide, at=now())
        sample(guide)
        short, long = talked(guide, 5), talked(guide, 30)
        yield from _case_pages(house, short, long)
        grow_to(SMALL)
        first = dict(_lists(house))
        grow_to(LARGE)
        for name, figures in _lists(house):
            before = first[name]
            exponent = math.log(figures["sql"] / before["sql"]) / math.log(LARGE / SMALL)
            yield line(
                f"pages.list.{name}.sql", figures["sql"], "ms", base="limit 10 ms", ratio=figures["sql"] / 10, n=TURNS
            )
            base = f"{SMALL} to {LARGE} cases"
            yield line(f"pages.list.{name}.growth", exponent, "exponent", base=base, n=2)
            fewer = figures["queries_of_10"]
            yield from _times(
                f"pages.list.{name}", figures["server"], f"{fewer} for 10 rows", figures["queries"] / fewer
            )
            yield from _times(f"pages.desk_list.{name}", figures["desk"], "whole request", None)


def _case_pages(house: BenchHouse, short: Any, long: Any) -> Iterator[dict[str, Any]]:
    for name, path, given in (
        ("api", "/api/v1/cases/{}", lambda case: {"HTTP_X_CASE_TOKEN": case.code}),
        ("portal", "/cases/{}", lambda case: {"HTTP_COOKIE": _cookie(None, [case.code])}),
        ("desk", "/desk/cases/{}/", lambda case: {"HTTP_COOKIE": _cookie("guide", [])}),
    ):
        server = _served(path.format(long.number), given(long))
        fewer = _served(path.format(short.number), given(short)).queries
        yield from _times(f"pages.case.{name}", server, f"{fewer} with 5 events", server.queries / fewer)


def _times(name: str, server: Served, base: str, ratio: float | None) -> Iterator[dict[str, Any]]:
    yield line(f"{name}.server", server.median, "ms", base="limit 15 ms", ratio=server.median / 15, n=TURNS)
    yield line(f"{name}.server_quiet", server.quiet, "ms", base="limit 15 ms", ratio=server.quiet / 15, n=TURNS)
    yield line(f"{name}.queries", server.queries, "queries", base=base, ratio=ratio, n=1)


def _lists(house: BenchHouse) -> Iterator[tuple[str, dict[str, Any]]]:
    from bangban.foundation.access.models import Account
    from bangban.registry.org.reads import actor_of
    from bangban.services.cases.reads import list_cases

    for name, user, box in (
        ("waiting", "guide", "waiting"),
        ("mine", "guide", "mine"),
        ("inbox", "guide", "inbox"),
        ("unit", "manager", "unit"),
    ):
        actor = actor_of(Account.objects.get(username=user))
        queries = _queries(partial(list_cases, actor, box, limit=50))
        fewer = _queries(partial(list_cases, actor, box, limit=10))
        server = _served(f"/api/v1/cases?box={box}&limit=50", {"HTTP_AUTHORIZATION": f"Bearer {house.token(user)}"})
        desk = _served(f"/desk/rows?box={box}&first=1", {"HTTP_COOKIE": _cookie(user, []), "HTTP_HX_REQUEST": "true"})
        figures = {
            "sql": _explained(queries), "server": server, "desk": desk, "queries": len(queries), "queries_of_10": len(fewer),
        }  # fmt: skip
        yield name, figures


def _served(path: str, given: dict[str, str]) -> Served:
    """Measure a request through the whole of Django."""
    from bangban.bench.requests import called

    def ask() -> object:
        return called("GET", path, b"", **given)

    for _ in range(5):
        ask()
    times = []
    for _ in range(TURNS):
        began = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began)
    return Served(median(times) * 1000, quantiles(times, n=10)[0] * 1000, len(_queries(ask)))


def _queries(call: Callable[[], object]) -> list[Query]:
    from django.db import connection

    seen: list[Query] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        call()
    return seen


def _explained(queries: list[Query]) -> float:
    """Return the planning and execution milliseconds of a list's queries together, median of several runs."""
    from django.db import connection
    from psycopg import ClientCursor

    connection.ensure_connection()
    times = []
    with ClientCursor(connection.connection) as cursor:
        for _ in range(9):
            total = 0.0
            for sql, params in queries:
                cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, params)
                plan = cursor.fetchall()[0][0][0]
                total += plan["Planning Time"] + plan["Execution Time"]
            times.append(total)
    return median(times)


def _cookie(username: str | None, codes: list[str]) -> str:
    """Return the cookie of a browser: signed in as staff, or a guest who has shown case codes."""
    from django.conf import settings

    from bangban.foundation.access.models import Account
    from bangban.foundation.access.sessions import begin
    from bangban.surfaces.web.actors import CASE_CODES

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    if username:
        begin(store, Account.objects.get(username=username), "bench")
    else:
        store[CASE_CODES] = codes
    store.save()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"
