"""Thousands of stream clients in one process, driven by lines on standard input.

Started as `python -m bangban.bench.live_clients PORT COUNT GROUPS`. Orders: `open`, `mark` (count delays from here),
`cut`, `resume`, `report` (a JSON line); each is answered by a line when it is done.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from typing import cast

import uvloop

from bangban.machinery.server import raise_file_limit

AT_ONCE = 200
REQUEST = "GET /live/?topics=case:{name},group:{group} HTTP/1.1\r\nHost: bench\r\n{resume}\r\n"


class Client(asyncio.Protocol):
    """One stream: keeps the numbers it was told, and how late each event came."""

    def __init__(self, name: int, group: int) -> None:
        self.name = name
        self.group = group
        self.last: int | None = None
        self.seen: list[int] = []
        self.delays: list[float] = []
        self.others: list[str] = []
        self.ready = asyncio.Event()
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        resume = "" if self.last is None else f"Last-Event-ID: {self.last}\r\n"
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(REQUEST.format(name=self.name, group=self.group, resume=resume).encode())
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        """Take whole events out of what has come."""
        now = time.monotonic_ns()
        *events, self._rest = (self._rest + data).split(b"\n\n")
        for event in events:
            # Chunk sizes of the transfer encoding stand on lines of their own, before the fields.
            fields = dict(line.split(b": ", 1) for line in event.split(b"\n") if b": " in line)
            if b"data" in fields:
                self._take(fields, now)

    def _take(self, fields: dict[bytes, bytes], now: int) -> None:
        if b"id" in fields:
            self.last = int(fields[b"id"])
        kind = fields[b"event"]
        if kind == b"ready":
            self.ready.set()
        elif kind in (b"prompt", b"late"):
            hint = json.loads(fields[b"data"])
            self.seen.append(hint["seq"])
            if kind == b"prompt":
                self.delays.append((now - int(hint["number"])) / 1e6)
        else:
            self.others.append(kind.decode())

    def cut(self) -> None:
        """Break the connection."""
        self.ready.clear()
        if self._transport:
            self._transport.abort()


async def connect(clients: list[Client], port: int) -> None:
    """Open the streams of all clients and wait until each is ready."""
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(AT_ONCE)

    async def connect_one(client: Client) -> None:
        async with gate:
            await loop.create_connection(lambda: client, "127.0.0.1", port)
            await client.ready.wait()

    await asyncio.gather(*map(connect_one, clients))


async def obey(port: int, count: int, groups: int) -> None:
    """Follow the orders until standard input ends."""
    clients = [Client(number, number % groups) for number in range(count)]
    loop = asyncio.get_running_loop()
    while order := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
        answer = "done"
        if order in ("open", "resume"):
            await connect(clients, port)
        elif order == "mark":
            for client in clients:
                client.delays.clear()
        elif order == "cut":
            for client in clients:
                client.cut()
        elif order == "delays":
            answer = json.dumps(sorted(delay for client in clients for delay in client.delays))
        elif order == "report":
            answer = json.dumps([[client.seen, client.others] for client in clients])
        print(answer, flush=True)


if __name__ == "__main__":
    raise_file_limit()
    # The instrument must not pause while it measures; it lives for a minute.
    gc.disable()
    uvloop.run(obey(*map(int, sys.argv[1:4])))
