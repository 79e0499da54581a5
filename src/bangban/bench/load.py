"""A small load generator: keep-alive connections in a process of its own, bound to a core."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from dataclasses import dataclass, field


@dataclass
class Served:
    """What a load saw."""

    count: int = 0
    refused: int = 0
    seconds: float = 0.0
    example: bytes = b""
    times: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Return a percentile of the response times in seconds."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))] if ordered else 0.0


def post_for(seconds: float, connections: int, port: int, path: str, token: str, body: bytes, *, core: int) -> Served:
    """POST the same body over several connections for some seconds."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_run, (seconds, connections, port, path, token, body, core))


def _run(seconds: float, connections: int, port: int, path: str, token: str, body: bytes, core: int) -> Served:
    os.sched_setaffinity(0, {core})
    return asyncio.run(_load(seconds, connections, port, path, token, body))


async def _load(seconds: float, connections: int, port: int, path: str, token: str, body: bytes) -> Served:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    request, served = head.encode() + body, Served()
    began = time.perf_counter()
    await asyncio.gather(*[_connection(port, request, began + seconds, served) for _ in range(connections)])
    served.seconds = time.perf_counter() - began
    return served


async def _connection(port: int, request: bytes, end: float, served: Served) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < end:
        sent = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(
            next(line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        )
        content = await reader.readexactly(length)
        served.times.append(time.perf_counter() - sent)
        if head.startswith(b"HTTP/1.1 201"):
            served.count += 1
        else:
            served.refused += 1
            served.example = content[:300]
    writer.close()
