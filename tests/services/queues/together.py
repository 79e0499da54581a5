"""Many who act at the same moment: threads with their own connections, and whole processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

from django.db import connection

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks import moment
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.ledger.models import Event
from bangban.registry.halls import actions as halls
from bangban.services.queues import actions
from bangban.services.queues.models import Ticket
from tests.cast import add_staff
from tests.hall import Hall

ROOT = Path(__file__).resolve().parents[3]


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Run deeds at the same moment, each on its own connection; a refusal is returned as a result."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return deed()
        except FlowError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def staffed_windows(hall: Hall, count: int) -> list[Actor]:
    """Open `count` windows that all serve the first class, and return who sits there."""
    found = []
    for place in range(count):
        window = halls.save_window(hall.body_id, f"{place + 11}号窗口", hall.social.area, [hall.social])
        clerk = add_staff(f"caller{place}", f"叫号员{place}", "gz", "window_clerk")
        actions.open_window(clerk, hall.body_id, window.id)
        found.append(clerk)
    return found


def call_until_empty(clerk: Actor, at_most: int = 10_000) -> list[tuple[str, float, float]]:
    """Call, serve and finish until nobody waits; returns each number with when its call began and ended."""
    import time

    found: list[tuple[str, float, float]] = []
    while len(found) < at_most:
        began = time.monotonic()
        ticket = actions.call_next(clerk)
        if ticket is None:
            return found
        found.append((ticket.number, began, time.monotonic()))
        actions.arrive(clerk, ticket.number)
        actions.finish(clerk, ticket.number)
    return found


def calls_by_ticket() -> Counter[str]:
    """Return how often the ledger says that each ticket was called."""
    return Counter(Event.objects.filter(kind="ticket.call").values_list("number", flat=True))


def assert_order_by_rule(calls: list[tuple[str, float, float]]) -> None:
    """Nobody is called while somebody with an earlier place waits all through that call."""
    places = dict(Ticket.objects.values_list("number", "rank_at"))
    latest_end = sorted((began, places[number]) for number, began, _ in calls)
    for number, _, ended in calls:
        passed_over = [place for began, place in latest_end if began > ended and place < places[number]]
        assert not passed_over, f"{number} was called before {len(passed_over)} earlier ones"


def process(script: str, **more: str) -> subprocess.Popen[str]:
    """Start a script in another process over the same database and at the same time of day."""
    settings = connection.settings_dict
    address = (
        f"postgresql:///{settings['NAME']}?host={settings['HOST']}&user={settings['USER']}&port={settings['PORT']}"
    )
    before = moment.set_shift(timedelta())
    moment.set_shift(before)
    environment = {
        **os.environ,
        "BANGBAN_DATABASE_URL": address,
        "BANGBAN_CLOCK_SHIFT": str(before.total_seconds()),
        "DJANGO_SETTINGS_MODULE": "bangban.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        **more,
    }
    return subprocess.Popen(
        [sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )


def told_by(child: subprocess.Popen[str]) -> Any:
    """Wait for a process that ends with one line of JSON."""
    told, _ = child.communicate(timeout=120)
    assert child.returncode == 0, told
    return json.loads(told.strip().splitlines()[-1])
