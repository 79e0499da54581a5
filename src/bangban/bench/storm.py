"""The storm on the telephone: 12 calls a second at 1,000 seats, with orders being written beside (issue 4).

`bangban bench storm [SECONDS] [kill]`: a minute when not said otherwise, ten for the issue's figure; with `kill` the web
process is killed (SIGKILL) in the middle and started again. The traffic comes over HTTP from processes of its own: it is
late, doubled and out of order. At the end the exchange's own record, the calls in the database, the live figures and the
figures counted anew from the raw events must be the same, and every acknowledged order must be there once; otherwise no
figure is printed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from bangban.bench.household import BenchHouse, line
from bangban.bench.storm_exchange import Storm
from bangban.bench.storm_orders import OrdersWritten, begin_orders, judge_orders

SECONDS, RATE, SEATS, ORDER_WRITES = 60.0, 12.0, 1000, 20.0
CAPACITY_SECONDS = 120.0
"""So much of the storm's traffic is delivered as fast as it is taken, to see how far the house is from its limit."""

Line = dict[str, Any]


def run(*arguments: Path, as_json: bool = False) -> Iterator[Line]:
    """Yield the figures of one storm."""
    del as_json
    words = [str(word) for word in arguments]
    seconds = next((float(word) for word in words if word.replace(".", "").isdigit()), SECONDS)
    name = "storm.killed" if "kill" in words else "storm"
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder, BenchHouse(Path(folder)) as house:
        house.prepare_city()
        agents = _staff_the_line()
        url, token = f"http://127.0.0.1:{house.port}", _token()
        house.serve()
        storm = Storm(url, token, seconds, RATE, agents)
        spent = _processor(house)
        exchange = _start(storm)
        orders = begin_orders(url, seconds, ORDER_WRITES)
        down = _kill_in_the_middle(house, seconds) if "kill" in words else 0.0
        told = _said(exchange)
        written = orders.finish()
        spent = _processor(house) - spent
        _judge(told)
        judge_orders(written)
        yield from _figures(name, told, seconds, spent, down)
        yield from _order_figures(name, written, seconds)
        yield from _capacity(house, Storm(url, token, CAPACITY_SECONDS, RATE, agents, seed=2, real_time=False))


def _staff_the_line() -> list[str]:
    """Make the hotline with its agents, all signed in at their seats; returns their work numbers."""
    from bangban.foundation.access.models import Account
    from bangban.foundation.clocks.moment import now
    from bangban.registry.org import actions as org
    from bangban.registry.org.reads import actor_of
    from bangban.services.telephony.actions import set_up_seat, sign_in

    org.save_body(org.NewBody("rx", "广州市政务服务便民热线", "hotline", "city", "440100", parent="gz"))
    head = org.save_staff(org.NewStaff("head", "热线管理员", "rx", ("hotline_manager",)))
    manager = actor_of(head.account)
    numbers = []
    for n in range(SEATS):
        number = f"H{n:04d}"
        staff = org.save_staff(org.NewStaff(f"agent{n}", f"话务员{n}", "rx", ("hotline_agent",), work_number=number))
        numbers.append(number)
        Account.objects.filter(id=staff.account_id).update(confidentiality_signed_at=now())
        staff.account.refresh_from_db()
        set_up_seat(manager, f"Z{n:04d}")
        sign_in(actor_of(staff.account), f"Z{n:04d}")
    return numbers


def _token() -> str:
    from bangban.foundation.access.accounts import make_account
    from bangban.foundation.access.models import AccountKind, Token
    from bangban.foundation.access.tokens import make_token

    account = make_account("exchange:bench", AccountKind.PARTNER, "电话交换机")
    text = make_token(account, "bench", ("calls:write", "calls:read"))
    Token.objects.filter(account=account).update(rate_per_minute=100_000_000)
    return text


def _start(storm: Storm) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bangban.bench.storm_exchange", json.dumps(asdict(storm))]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _said(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, _ = process.communicate()
    if process.returncode:
        raise AssertionError("The exchange of the storm ended early.")
    return dict(json.loads(out))


def _kill_in_the_middle(house: BenchHouse, seconds: float) -> float:
    """Kill the web process without warning and start it again; returns the seconds until it answered."""
    time.sleep(seconds / 2)
    web = house._web
    assert web is not None
    began = time.monotonic()
    web.kill()
    web.wait()
    house.serve()
    return time.monotonic() - began


def _processor(house: BenchHouse) -> float:
    """Return the processor seconds of the web process and of all of PostgreSQL so far."""
    pid = house.database.pid
    assert pid is not None
    backends = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return house.cpu_seconds() + sum(map(_used, [pid, *backends]))


def _used(pid: int) -> float:
    """Return the processor seconds of a process, with those of its ended children."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(int(fields[n]) for n in (11, 12, 13, 14)) / os.sysconf("SC_CLK_TCK")


def _judge(told: dict[str, Any]) -> None:
    """Refuse to print figures of a storm in which the house does not know exactly what happened."""
    from bangban.foundation.clocks.moment import now
    from bangban.foundation.clocks.zones import DEFAULT_ZONE
    from bangban.services.telephony.models import Call
    from bangban.services.telephony.reads import recompute

    if told["sent"]["refused"]:
        raise AssertionError(f"Events were refused: {told['sent']['refused'][:3]}")
    if told["truth"] != told["wall"]:
        raise AssertionError(f"The exchange counts {told['truth']}, the wall {told['wall']}.")
    played = {row[0]: (_moment(row[1]), _moment(row[2]), _moment(row[3]), row[4], row[6]) for row in told["book"]}
    rows = Call.objects.values_list("exchange_id", "offered_at", "answered_at", "ended_at", "outcome", "transfers")
    stored = {row[0]: tuple(row[1:]) for row in rows}
    if len(rows) != len(stored) or stored != played:
        wrong = [name for name in {*stored, *played} if stored.get(name) != played.get(name)]
        raise AssertionError(f"{len(wrong)} of {len(played)} calls differ, such as {wrong[:3]}.")
    numbers = dict(Call.objects.filter(agent__isnull=False).values_list("exchange_id", "agent__work_number"))
    if wrong := [row[0] for row in told["book"] if row[2] and numbers.get(row[0]) != row[5]]:
        raise AssertionError(f"{len(wrong)} calls were answered by somebody else, such as {wrong[:3]}.")
    today = now().astimezone(DEFAULT_ZONE).date()
    if differences := recompute(today, today):
        raise AssertionError(f"{len(differences)} figures differ when counted anew, such as {differences[0]}.")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _figures(name: str, told: dict[str, Any], seconds: float, spent: float, down: float) -> Iterator[Line]:
    sent, truth = told["sent"], told["truth"]
    calls = len(told["book"])
    times = sorted(sent["seconds"])
    yield line(f"{name}.calls", calls / seconds, "calls/s", base=f"{RATE:.0f}/s asked, redials on top",
               ratio=calls / seconds / RATE, n=calls)  # fmt: skip
    yield line(f"{name}.different", 0, "calls", base="exchange = calls = wall = recount", ratio=0.0, n=calls)
    yield line(f"{name}.events", sent["accepted"] / seconds, "events/s", n=sent["accepted"])
    yield line(f"{name}.known_again", sent["known"], "events", base="delivered twice", n=sent["events"])
    yield line(f"{name}.answered", truth[1], "calls", base="of those played", ratio=truth[1] / calls, n=calls)
    for share in (50, 99):
        at = times[min(len(times) - 1, int(len(times) * share / 100))]
        yield line(f"{name}.delivery_p{share}", at * 1000, "ms", n=len(times))
    if down:
        yield line(f"{name}.down", down, "s", base="kill -9 to the next answer", n=1)
        yield line(f"{name}.repeated", sent["repeated"], "deliveries", n=sent["batches"])
    else:
        yield line(f"{name}.processor", spent / seconds, "cores", base=f"{os.cpu_count()} cores",
                   ratio=spent / seconds / (os.cpu_count() or 1), n=1)  # fmt: skip


def _order_figures(name: str, written: OrdersWritten, seconds: float) -> Iterator[Line]:
    if not written.writes:
        return
    times = sorted(written.seconds)
    yield line(f"{name}.order_writes", written.writes / seconds, "writes/s", base=f"{ORDER_WRITES:.0f}/s asked",
               ratio=written.writes / seconds / ORDER_WRITES, n=written.writes)  # fmt: skip
    yield line(
        f"{name}.orders", len(written.numbers), "orders", base="acknowledged = present once", n=len(written.numbers)
    )
    for share in (50, 99):
        at = times[min(len(times) - 1, int(len(times) * share / 100))]
        yield line(f"{name}.order_p{share}", at * 1000, "ms", n=len(times))


def _capacity(house: BenchHouse, storm: Storm) -> Iterator[Line]:
    """Deliver a stretch of traffic as fast as it is taken, and insert as many bare rows in batches of the same size."""
    told = _said(_start(storm))
    sent = told["sent"]
    if told["truth"] != told["wall"] or sent["refused"]:
        raise AssertionError(f"The exchange counts {told['truth']}, the wall {told['wall']}.")
    took = sent["until"] - sent["began"]
    ours = sent["events"] / took
    bare = sent["events"] / _bare(sent["events"], sent["batches"])
    yield line("storm.capacity", ours, "events/s", base=f"bare INSERT of as many rows {bare:.0f}/s", ratio=ours / bare,
               n=sent["events"])  # fmt: skip
    yield line("storm.capacity_calls", len(told["book"]) / took, "calls/s", base=f"{RATE:.0f}/s of the storm",
               ratio=len(told["book"]) / took / RATE, n=len(told["book"]))  # fmt: skip


def _bare(rows: int, batches: int) -> float:
    """Return the seconds of as many single INSERTs, committed in as many batches, from one connection."""
    from django.db import connection, transaction

    size = max(1, rows // max(1, batches))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bare_event (id text PRIMARY KEY, at timestamptz, call text, kind text, data jsonb)"
        )
        began = time.monotonic()
        for start in range(0, rows, size):
            with transaction.atomic():
                for n in range(start, min(rows, start + size)):
                    cursor.execute(
                        "INSERT INTO bare_event VALUES (%s, now(), %s, 'offered', %s) ON CONFLICT DO NOTHING",
                        [f"e{n}", f"c{n // 6}", '{"caller": "13900000001", "called": "12345", "agent": "H0001"}'],
                    )
        took = time.monotonic() - began
        cursor.execute("DROP TABLE bare_event")
    return took
