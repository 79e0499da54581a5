"""Live events for thousands of connected pages: delay, memory, and whether anything is lost, doubled or out of order.

Its own database, server process and client process; the events go the ordinary way, through the commit trigger.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg

from bangban.bench.live_events import Control, Writer, prepare
from bangban.machinery.postgres import EmbeddedPostgres
from bangban.machinery.processes import answers_on
from bangban.machinery.server import listen

GROUPS = 50
CUT_SECONDS = 10.0
SETTLE_SECONDS = 2.0
LOST_AFTER_SECONDS = 60.0  # what comes later than a busy machine may take was lost
P99_MILLISECONDS = 50.0
KILOBYTES_PER_CONNECTION = 45.0

Line = dict[str, object]


@dataclass(frozen=True, slots=True)
class Faults:
    """What clients saw against what they should have seen."""

    expected: int
    lost: int
    doubled: int
    disordered: int
    others: int


class Program:
    """A process of this measurement, spoken to by lines."""

    def __init__(self, module: str, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def order(self, text: str) -> str:
        """Give an order and wait for its answer."""
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("no pipes")
        print(text, file=stdin, flush=True)
        if not (answer := stdout.readline()):
            raise RuntimeError(f"{self.process.args!r} ended")
        return answer

    @property
    def kilobytes(self) -> int:
        """Resident memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))

    @property
    def cpu_seconds(self) -> float:
        """Processor time used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(connections: int = 5000, rate: float = 100, seconds: float = 20, as_json: bool = False) -> list[Line]:
    """Measure; `rate` in events a second, `seconds` of steady load. Takes `seconds` + about 25 s."""
    lines: list[Line] = []

    def line(name: str, value: float, unit: str, base: float | None, n: int) -> None:
        ratio = None if base is None else value / base if base else value
        lines.append({"name": name, "value": round(value, 3), "unit": unit, "base": base, "ratio": ratio, "n": n})

    with _stage(connections) as (conninfo, server, clients):
        empty = server.kilobytes
        began = time.monotonic()
        clients.order("open")
        line("live.open", time.monotonic() - began, "s", None, connections)
        time.sleep(1)
        held = (server.kilobytes - empty) / connections
        line("live.memory_per_connection", held, "kB", KILOBYTES_PER_CONNECTION, connections)
        with Writer(conninfo, rate, connections, GROUPS) as writer:
            time.sleep(1)
            clients.order("mark")
            used, began = server.cpu_seconds, time.monotonic()
            with Control(conninfo) as control:
                time.sleep(seconds)
            busy = (server.cpu_seconds - used) / (time.monotonic() - began)
            delays = json.loads(clients.order("delays"))
            bare = sorted(control.delays)
            line("live.bare_listen_p50", _percentile(bare, 0.5), "ms", None, len(bare))
            line("live.bare_listen_p99", _percentile(bare, 0.99), "ms", None, len(bare))
            line("live.delivery_p50", _percentile(delays, 0.5), "ms", _percentile(bare, 0.5), len(delays))
            line("live.delivery_p99", _percentile(delays, 0.99), "ms", P99_MILLISECONDS, len(delays))
            line("live.delivery_max", delays[-1], "ms", None, len(delays))
            line("live.server_cpu", busy * 100, "% of a core", None, len(delays))
            clients.order("cut")
            time.sleep(CUT_SECONDS)
            began = time.monotonic()
            clients.order("resume")
            line("live.resume_after_cut", time.monotonic() - began, "s", None, connections)
            time.sleep(SETTLE_SECONDS)
        line("live.event_rate", writer.rate_reached, "events/s", rate, writer.written)
        faults = _settled(conninfo, clients)
        line("live.lost", faults.lost, "frames", 0, faults.expected)
        line("live.doubled", faults.doubled, "frames", 0, faults.expected)
        line("live.out_of_order", faults.disordered, "frames", 0, faults.expected)
        line("live.resets", faults.others, "events", 0, connections)
        line("live.late_commits", writer.late, "events", None, writer.written)
        grown = (server.kilobytes - empty) / connections
        line("live.memory_per_connection_after", grown, "kB", KILOBYTES_PER_CONNECTION, connections)
    return lines


@contextmanager
def _stage(connections: int) -> Iterator[tuple[str, Program, Program]]:
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder, EmbeddedPostgres(Path(folder)) as database:
        prepare(database.url)
        with listen("127.0.0.1", 0) as free:
            port = str(free.getsockname()[1])
        server = Program("bangban.bench.live_server", database.url, port)
        clients = Program("bangban.bench.live_clients", port, str(connections), str(GROUPS))
        try:
            _wait_for(database.url, answers_on(int(port)))
            yield database.url, server, clients
        finally:
            for program in (clients, server):
                program.process.terminate()
                program.process.communicate()


def _wait_for(url: str, serves: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    with psycopg.connect(url, autocommit=True) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'bangban-live-listener'"
        while not (row := connection.execute(query).fetchone()) or not row[0] or not serves():
            if time.monotonic() > deadline:
                raise TimeoutError("the server did not come up")
            time.sleep(0.05)
    time.sleep(1)


def _settled(url: str, clients: Program) -> Faults:
    """Compare when everything has arrived, or will not any more."""
    deadline = time.monotonic() + LOST_AFTER_SECONDS
    while True:
        time.sleep(SETTLE_SECONDS)
        faults = _compare(url, json.loads(clients.order("report")))
        if not faults.lost or time.monotonic() > deadline:
            return faults


def _compare(url: str, told: list[list[Any]]) -> Faults:
    """Compare what each client was told with the frames in the database."""
    frames: dict[str, set[int]] = {}
    with psycopg.connect(url) as connection:
        for topic, seq in connection.execute("SELECT topic, seq FROM live_frame"):
            frames.setdefault(topic, set()).add(seq)
    expected = lost = doubled = disordered = others = 0
    for number, (seen, other) in enumerate(told):
        wanted = frames.get(f"case:{number}", set()) | frames.get(f"group:{number % GROUPS}", set())
        expected += len(wanted)
        lost += len(wanted - set(seen))
        doubled += len(seen) - len(set(seen))
        disordered += sum(later < earlier for earlier, later in pairwise(seen))
        others += len(other)
    return Faults(expected, lost, doubled, disordered, others)


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
