"""The orders that are written while the storm goes on: a process of its own whose agents open, fill in and register orders."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

AGENTS = 6
STEPS = 3
"""Writes for one order: opened, filled in, registered."""

PAUSE, GIVE_UP_AFTER = 0.2, 60.0
AGAIN = (429, 502, 503)


@dataclass(frozen=True)
class Writing:
    """Who writes where, and how fast: `rate` writes a second for `seconds`."""

    url: str
    tokens: list[str]
    seconds: float
    rate: float


@dataclass
class OrdersWritten:
    """What was acknowledged: the number of each order that was registered, and how long each write took."""

    numbers: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    repeated: int = 0

    @property
    def writes(self) -> int:
        """Return how many writes were acknowledged."""
        return len(self.seconds)


class Orders:
    """The process while it writes."""

    def __init__(self, writing: Writing) -> None:
        command = [sys.executable, "-m", "bangban.bench.storm_orders", json.dumps(asdict(writing))]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def finish(self) -> OrdersWritten:
        """Wait for the end, and return what was acknowledged."""
        out, _ = self._process.communicate()
        if self._process.returncode:
            raise AssertionError("The writing of orders ended early.")
        return OrdersWritten(**json.loads(out))


def begin_orders(url: str, seconds: float, rate: float) -> Orders:
    """Let a few agents write orders over HTTP."""
    from bangban.foundation.access.models import Account, Token
    from bangban.foundation.access.tokens import make_token
    from bangban.foundation.access.undertaking import VERSION, accept_undertaking

    tokens = []
    for n in range(AGENTS):
        account = Account.objects.get(username=f"agent{n}")
        accept_undertaking(account.id, VERSION)
        tokens.append(make_token(account, "bench", ("orders:read", "orders:write")))
        Token.objects.filter(account=account).update(rate_per_minute=100_000_000)
    return Orders(Writing(url, tokens, seconds, rate))


def judge_orders(written: OrdersWritten) -> None:
    """Refuse to print figures when an acknowledged order is missing, doubled or not registered."""
    from bangban.services.hotline.models import WorkOrder

    found = dict(WorkOrder.objects.values_list("number", "state"))
    if len(set(written.numbers)) != len(written.numbers) or set(found) != set(written.numbers):
        raise AssertionError(f"{len(written.numbers)} orders were acknowledged, {len(found)} are there.")
    if wrong := [number for number, state in found.items() if state != "registered"]:
        raise AssertionError(f"{len(wrong)} acknowledged orders are not registered, such as {wrong[:3]}.")


class Agent:
    """One agent's program, with one connection."""

    def __init__(self, writing: Writing, token: str, began: float) -> None:
        self._host = urlsplit(writing.url).netloc
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._rate, self._began = writing.rate, began
        self._connection = http.client.HTTPConnection(self._host, timeout=30)
        self.written = OrdersWritten()

    def write(self, turn: int) -> None:
        """Write one order, each of its steps at its time."""
        contact = {"name": f"张{turn}", "phone": f"138{turn:08d}"}
        opened = self._step(
            turn, 0, "POST", "/orders", {"source": "telephone", "contact": contact, "confidential": False}
        )
        number = opened["number"]
        fields = {"kind": "consultation", "request": f"想咨询居住证办理第{turn}个问题，需要哪些材料，多久能办好。"}
        self._step(turn, 1, "PATCH", f"/orders/{number}", {"fields": fields})
        self._step(turn, 2, "POST", f"/orders/{number}/actions/register", {})
        self.written.numbers.append(number)

    def _step(self, turn: int, step: int, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send a write until it is acknowledged; the key makes it one however often it is sent."""
        time.sleep(max(0.0, self._began + (turn * STEPS + step) / self._rate - time.monotonic()))
        began = time.monotonic()
        while True:
            sent = time.monotonic()
            status, content = self._send(method, path, body, f"storm-{turn}-{step}")
            if status and status < 300:
                self.written.seconds.append(time.monotonic() - sent)
                return dict(json.loads(content))
            if status and status not in AGAIN:
                raise AssertionError(f"{method} {path}: {status} {content[:300].decode(errors='replace')}")
            if time.monotonic() - began > GIVE_UP_AFTER:
                raise AssertionError(f"{method} {path} was not answered within {GIVE_UP_AFTER:.0f} s.")
            self.written.repeated += 1
            time.sleep(PAUSE)

    def _send(self, method: str, path: str, body: dict[str, Any], key: str) -> tuple[int, bytes]:
        try:
            content = json.dumps(body).encode()
            self._connection.request(method, f"/api/v1{path}", content, {**self._headers, "Idempotency-Key": key})
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return 0, b""


def work(writing: Writing) -> OrdersWritten:
    """Write orders for the time that is asked, an agent in each thread."""
    began, taking = time.monotonic() + 1.0, threading.Lock()
    turns = iter(range(int(writing.seconds * writing.rate / STEPS)))

    def one(token: str) -> OrdersWritten:
        agent = Agent(writing, token, began)
        while True:
            with taking:
                turn = next(turns, None)
            if turn is None:
                return agent.written
            agent.write(turn)

    whole = OrdersWritten()
    with ThreadPoolExecutor(len(writing.tokens)) as pool:
        for part in pool.map(one, writing.tokens):
            whole.numbers += part.numbers
            whole.seconds += part.seconds
            whole.repeated += part.repeated
    return whole


if __name__ == "__main__":
    print(json.dumps(asdict(work(Writing(**json.loads(sys.argv[1]))))), flush=True)
