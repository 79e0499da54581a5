"""The people of the rush: processes whose threads book through the actions, or one loop of connections to an address."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, astuple, dataclass
from typing import Any
from urllib.parse import urlsplit

PROCESSES = 4
THREADS = 2
SPREAD = 1.0
"""Seconds within which everybody presses."""

PRESS_TWICE = 10
"""One of so many people presses a second time."""

START_IN = 0.5
"""Seconds between the last process being ready and the first press."""

BOOKED, FULL = 201, 409


@dataclass(frozen=True)
class Rush:
    """What everybody wants."""

    body_id: int
    class_id: int
    slot_id: int
    people: int
    database: str


@dataclass(frozen=True)
class Answer:
    """One person's answer: seconds from the press, with the waiting; `same` when a second press gave the same."""

    person: int
    arrived: float
    ended: float
    outcome: str
    number: str
    same: bool

    @property
    def seconds(self) -> float:
        """Return how long the person waited for the answer."""
        return self.ended - self.arrived


def press_here(rush: Rush) -> list[Answer]:
    """Let everybody book through the actions, from several processes with several connections each."""
    command = [sys.executable, "-m", "bangban.bench.rush_people", json.dumps(asdict(rush))]
    known = {**os.environ, "BANGBAN_DATABASE_URL": rush.database, "BANGBAN_POOL": str(THREADS + 2)}
    parts = [
        subprocess.Popen([*command, str(n)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=known)
        for n in range(PROCESSES)
    ]
    try:
        for part in parts:
            _said(part)
        start = time.monotonic() + START_IN
        for part in parts:
            assert part.stdin is not None
            part.stdin.write(f"{start}\n")
            part.stdin.flush()
        return [Answer(*row) for part in parts for row in json.loads(_said(part))]
    finally:
        for part in parts:
            part.kill()
            part.communicate()


def _said(part: subprocess.Popen[str]) -> str:
    assert part.stdout is not None
    if not (said := part.stdout.readline()):
        raise AssertionError("A process of the rush ended early.")
    return said


def work(rush: Rush, number: int) -> None:
    """Be one process of the rush: say when ready, wait for the start, book for every n-th person, print the answers."""
    from bangban.upkeep import open_house

    open_house()
    print("ready", flush=True)
    start = float(sys.stdin.readline())
    people = iter(range(number, rush.people, PROCESSES))
    taking = threading.Lock()

    def next_one() -> int | None:
        with taking:
            return next(people, None)

    with ThreadPoolExecutor(THREADS) as pool:
        lines = [pool.submit(_stand_in_line, rush, start, next_one) for _ in range(THREADS)]
        answers = [astuple(answer) for line in lines for answer in line.result()]
    print(json.dumps(answers), flush=True)


def _stand_in_line(rush: Rush, start: float, next_one: Callable[[], int | None]) -> list[Answer]:
    """Serve people in the order in which they press, as a server's queue does."""
    from django.db import connection

    answers = []
    while (person := next_one()) is not None:
        arrived = start + SPREAD * person / rush.people
        time.sleep(max(0.0, arrived - time.monotonic()))
        outcome, number = _book(rush, person)
        ended = time.monotonic()
        same = person % PRESS_TWICE != 0 or _book(rush, person) == (outcome, number)
        answers.append(Answer(person, arrived, ended, outcome, number, same))
    connection.close()
    return answers


def _book(rush: Rush, person: int) -> tuple[str, str]:
    from bangban.foundation.access.actors import Actor
    from bangban.foundation.flows.flow import NotAllowed
    from bangban.services.appointments.actions import NewAppointment, book

    new = NewAppointment(
        rush.body_id, rush.class_id, None, rush.slot_id, f"张{person}", phone_of(person), client_key=f"rush-{person}"
    )
    try:
        return "booked", book(Actor("guest", f"guest:{person}", channel="mobile"), new).appointment.number
    except NotAllowed as refusal:
        return str(refusal.details.get("state", "refused")), ""


def phone_of(person: int) -> str:
    """Return a number of the person's own."""
    return f"139{person:08d}"


def press_there(rush: Rush, url: str, token: str) -> list[Answer]:
    """Let everybody send a request to an address that books (POST, JSON, 201 for booked and 409 for full)."""
    from bangban.machinery.server import raise_file_limit

    raise_file_limit()
    return asyncio.run(_all(rush, url, token))


def body_of(rush: Rush, person: int) -> bytes:
    """Return the request of one person."""
    wanted = {"hall": "gz", "class": "A", "slot": rush.slot_id, "name": f"张{person}", "phone": phone_of(person)}
    return json.dumps(wanted, ensure_ascii=False).encode()


async def _all(rush: Rush, url: str, token: str) -> list[Answer]:
    start = time.monotonic() + SPREAD
    return list(await asyncio.gather(*(_person(rush, url, token, n, start) for n in range(rush.people))))


async def _person(rush: Rush, url: str, token: str, person: int, start: float) -> Answer:
    arrived = start + SPREAD * person / rush.people
    await asyncio.sleep(max(0.0, arrived - time.monotonic()))
    outcome, number = await _post(rush, url, token, person)
    ended = time.monotonic()
    same = person % PRESS_TWICE != 0 or await _post(rush, url, token, person) == (outcome, number)
    return Answer(person, arrived, ended, outcome, number, same)


async def _post(rush: Rush, url: str, token: str, person: int) -> tuple[str, str]:
    parts, body = urlsplit(url), body_of(rush, person)
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nIdempotency-Key: rush-{person}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    writer.write(head.encode() + body)
    answer = await reader.read()
    writer.close()
    status = int(answer.split(b" ", 2)[1])
    if status == BOOKED:
        return "booked", str(_content(answer)["number"])
    return ("full", "") if status == FULL else (f"status {status}", "")


def _content(answer: bytes) -> dict[str, Any]:
    """Return the JSON of an answer, chunked or not."""
    _, _, content = answer.partition(b"\r\n\r\n")
    first, last = content.find(b"{"), content.rfind(b"}")
    return dict(json.loads(content[first : last + 1]))


if __name__ == "__main__":
    work(Rush(**json.loads(sys.argv[1])), int(sys.argv[2]))
