"""Calling at a large hall: a hundred windows, several processes, fifty calls a second, while people keep coming.

Each call is followed by arriving and finishing, as at a real window. Beside it the same number of processes take rows
from a bare table of the same size, at the same pace, with nothing but a locked SELECT and an UPDATE.
"""

from __future__ import annotations

import multiprocessing
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bangban.bench.household import BenchHouse, line

WINDOWS, CLASSES, PROCESSES = 100, 10, 4
RATE, SECONDS, COMING_RATE = 50.0, 10.0, 5.0
TICKETS = 700
READY_SECONDS = 0.5
NEXT = "SELECT id FROM bare_ticket WHERE state = 'waiting' AND klass_id = ANY(%s) ORDER BY rank_at, id LIMIT 1 FOR UPDATE SKIP LOCKED"
TAKE = "UPDATE bare_ticket SET state = 'called', called_at = clock_timestamp() WHERE id = %s"


@dataclass(frozen=True)
class Called:
    """One call: what was called by which window, and when it began and ended (monotonic seconds)."""

    number: str
    staff_id: int
    began: float
    ended: float


def run(*arguments: Path, as_json: bool = False) -> Iterator[dict[str, Any]]:
    """Yield rate, latencies of our call and of the bare one, and what was called twice, lost or out of order."""
    del arguments, as_json
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder, BenchHouse(Path(folder)) as house:
        house.prepare_city()
        body_id = _prepare_hall()
        with multiprocessing.get_context("spawn").Pool(PROCESSES, _open) as pool:
            pool.map(_ready, range(PROCESSES), 1)
            begin = time.monotonic() + 1
            waiting = [pool.apply_async(_caller, (part, begin)) for part in range(PROCESSES)]
            issued = _people_come(body_id, begin)
            calls = [Called(*one) for part in waiting for one in part.get()]
            _prepare_bare()
            begin = time.monotonic() + 1
            bare = [
                one
                for part in [pool.apply_async(_bare, (part, begin)) for part in range(PROCESSES)]
                for one in part.get()
            ]
        ours = sorted(call.ended - call.began for call in calls)
        reached = len(calls) / (max(call.ended for call in calls) - min(call.began for call in calls))
        yield line("calls.rate", reached, "calls/s", base=f"{RATE:.0f}/s asked", ratio=reached / RATE, n=len(calls))
        for share in (50, 99):
            plain, mine = _percentile(sorted(bare), share), _percentile(ours, share)
            base = f"bare SELECT … SKIP LOCKED + UPDATE {plain * 1000:.2f} ms"
            yield line(f"calls.p{share}", mine * 1000, "ms", base=base, ratio=plain / mine, n=len(calls))
        yield line("calls.max", ours[-1] * 1000, "ms", n=len(calls))
        twice, lost, disordered = _faults(calls, issued)
        yield line("calls.called_twice", twice, "tickets", n=len(calls))
        yield line("calls.lost", lost, "tickets", n=len(issued))
        yield line("calls.out_of_order", disordered, "calls", n=len(calls))
        if twice or lost or disordered:
            raise AssertionError(f"{twice} called twice, {lost} lost, {disordered} out of order")


def _prepare_hall() -> int:
    from bangban.foundation.access.models import Account
    from bangban.foundation.access.undertaking import VERSION, accept_undertaking
    from bangban.registry.halls import actions as halls
    from bangban.registry.org import actions as org
    from bangban.registry.org.models import Body
    from bangban.registry.org.reads import actor_of
    from bangban.services.queues.actions import open_window

    body_id = Body.objects.get(code="gz").id
    area = halls.save_area(body_id, "A", "等候区")
    classes = [halls.save_class(body_id, chr(65 + n), f"业务{n + 1}", area) for n in range(CLASSES)]
    for n in range(WINDOWS):
        served = [classes[n % CLASSES], classes[(n * 3 + 1) % CLASSES]]
        window = halls.save_window(body_id, f"{n + 1}号窗口", area, served)
        account = org.save_staff(org.NewStaff(f"clerk{n}", f"窗口员{n}", "gz", ("window_clerk", "hall_guide"))).account
        accept_undertaking(account.id, VERSION)
        account.refresh_from_db()
        open_window(actor_of(account), body_id, window.id)
    assert Account.objects.filter(username="clerk0").exists()
    dice = random.Random(0)
    for _ in range(TICKETS):
        _issue(body_id, dice)
    return body_id


def _issue(body_id: int, dice: random.Random) -> str:
    from bangban.foundation.access.actors import Actor
    from bangban.registry.halls.models import DeviceKind
    from bangban.registry.halls.reads import hall
    from bangban.services.queues.actions import NewTicket, issue

    plan = hall(body_id)
    assert plan is not None
    flags = ("elderly",) if dice.random() < 0.15 else ()
    duties = frozenset({DeviceKind.KIOSK})
    kiosk = Actor("device", "device:bench", "自助终端", channel="kiosk", unit_id=body_id, duties=duties)
    return issue(kiosk, NewTicket(body_id, dice.choice(list(plan.classes)), flags=flags)).ticket.number


def _people_come(body_id: int, begin: float) -> dict[str, float]:
    """Issue tickets while windows call; returns when each ticket surely stood in line."""
    from bangban.services.queues.models import Ticket

    issued = dict.fromkeys(Ticket.objects.values_list("number", flat=True), 0.0)
    dice = random.Random(1)
    for turn in range(int(SECONDS * COMING_RATE)):
        time.sleep(max(0.0, begin + turn / COMING_RATE - time.monotonic()))
        number = _issue(body_id, dice)
        issued[number] = time.monotonic()
    return issued


def _open() -> None:
    from bangban.upkeep import open_house

    open_house()


def _ready(part: int) -> int:
    """Keep a process busy for a moment with its first work, so that each of them gets one."""
    from bangban.registry.org.models import Body

    assert Body.objects.exists()
    time.sleep(READY_SECONDS)
    return part


def _caller(part: int, begin: float) -> list[tuple[str, int, float, float]]:
    """Call from every fourth window in turn at a quarter of the rate, in a process of its own."""
    from bangban.foundation.access.models import Account
    from bangban.registry.org.reads import actor_of
    from bangban.services.queues.actions import arrive, call_next, finish

    clerks = [actor_of(Account.objects.get(username=f"clerk{n}")) for n in range(part, WINDOWS, PROCESSES)]
    held: dict[str, str] = {}
    found = []
    for turn in range(int(SECONDS * RATE / PROCESSES)):
        time.sleep(max(0.0, begin + (turn + part / PROCESSES) * PROCESSES / RATE - time.monotonic()))
        clerk = clerks[turn % len(clerks)]
        if number := held.pop(clerk.id, ""):
            arrive(clerk, number)
            finish(clerk, number, "completed")
        began = time.monotonic()
        ticket = call_next(clerk, key=f"{part}:{turn}")
        if ticket is not None:
            found.append((ticket.number, clerk.staff_id or 0, began, time.monotonic()))
            held[clerk.id] = ticket.number
    return found


def _prepare_bare() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bare_ticket AS SELECT row_number() OVER (ORDER BY rank_at, id) AS id, klass_id, rank_at,"
            " 'waiting'::text AS state, called_at FROM queues_ticket"
        )
        cursor.execute("CREATE INDEX ON bare_ticket (rank_at, id) WHERE state = 'waiting'")
        cursor.execute("ALTER TABLE bare_ticket ADD PRIMARY KEY (id)")
        cursor.execute("ANALYZE bare_ticket")


def _bare(part: int, begin: float) -> list[float]:
    """Take rows at the same pace with nothing but the two statements; returns seconds each."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(DISTINCT klass_id) FROM bare_ticket")
        classes = list(cursor.fetchone()[0])
        took = []
        for turn in range(int(SECONDS * RATE / PROCESSES)):
            time.sleep(max(0.0, begin + (turn + part / PROCESSES) * PROCESSES / RATE - time.monotonic()))
            began = time.monotonic()
            with transaction.atomic():
                cursor.execute(NEXT, [[classes[turn % CLASSES], classes[(turn * 3 + 1) % CLASSES]]])
                if row := cursor.fetchone():
                    cursor.execute(TAKE, [row[0]])
            if row:
                took.append(time.monotonic() - began)
    return took


def _faults(calls: list[Called], issued: dict[str, float]) -> tuple[int, int, int]:
    """Return how many tickets were called twice or lost, and how many calls passed over somebody with an earlier place.

    Passed over is who stood in line before the call began, could be served by that window, and was called by a call that
    began after it had ended, or never.
    """
    from bangban.foundation.ledger.models import Event
    from bangban.services.queues.models import Ticket, WindowSession

    told = Counter(Event.objects.filter(kind="ticket.call").values_list("number", flat=True))
    twice = sum(count > 1 for count in told.values()) + sum(
        count > 1 for count in Counter(c.number for c in calls).values()
    )
    rows = {row.number: row for row in Ticket.objects.all()}
    lost = sum(number not in rows for number in issued) + len(set(told) ^ {call.number for call in calls})
    lost += sum((row.state != "waiting") != (number in told) for number, row in rows.items())
    serves = {row.staff_id: set(row.classes) for row in WindowSession.objects.all()}
    began = {call.number: call.began for call in calls}
    disordered = 0
    for call in calls:
        place, classes = rows[call.number].rank_at, serves[call.staff_id]
        disordered += any(
            row.rank_at < place and row.klass_id in classes and issued[number] < call.began
            and began.get(number, call.ended + 1) > call.ended
            for number, row in rows.items()
        )  # fmt: skip
    return twice, lost, disordered


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]
