"""The server process: where requests go, what it refuses, how it stops."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from tests.ports import kept_port

from bangban.machinery import http_protocol
from bangban.machinery.request_log import SLOW_SECONDS
from bangban.machinery.server import Router, configuration, listen
from bangban.machinery.wsgi import WsgiAdapter

PATIENCE = 60.0
"""Seconds that a test waits for what must come: a net under it, never what it measures."""

START = "from bangban.machinery.server import serve; serve('127.0.0.1', {port}, processes={processes})"


class Process:
    """A server in a process of its own, as the command line starts it."""

    def __init__(self, processes: int = 1, **environment: str) -> None:
        self.port = kept_port()
        self.process = subprocess.Popen(
            [sys.executable, "-c", START.format(port=self.port, processes=processes)],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.machinery.small_site",
                "PYTHONPATH": ".",
                **environment,
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        until(self.answers)

    def answers(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.ask("/")[0] == 200
        return False

    def ask(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("GET", path, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.read().decode()

    def stop(self, by: signal.Signals = signal.SIGTERM) -> float:
        """Stop it and return how many seconds it took; on a busy machine some more than it gives its requests."""
        began = time.monotonic()
        self.process.send_signal(by)
        self.process.wait(PATIENCE)
        return time.monotonic() - began

    def errors(self) -> str:
        assert self.process.stderr
        return self.process.stderr.read()


@pytest.fixture
def run() -> Iterator[Callable[..., Process]]:
    running: list[Process] = []

    def start(*arguments: Any, **options: Any) -> Process:
        running.append(Process(*arguments, **options))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
        assert one.process.stderr
        one.process.stderr.close()


def until(ready: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.01)


def test_pages_go_to_django_and_streams_to_their_mount_and_it_stops_in_time(run: Any) -> None:
    server = run()
    assert re.fullmatch(r"page of \d+ for 127.0.0.1 by http", server.ask("/")[1])
    assert server.ask("/slow?seconds=0.4")[0] == 200
    assert server.ask("/broken")[0] == 500
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as connection:
        connection.request("GET", "/live?topics=a")
        stream = connection.getresponse()
        assert stream.readline() == b"begin\n"
        server.stop()
        assert stream.read() == b"end\n"
    lines = [json.loads(line) for line in server.errors().splitlines() if line.startswith("{")]
    told = [line for line in lines if line["path"] != "/"]
    assert [(line["path"], line["status"]) for line in told] == [("/slow", 200), ("/broken", 500)]
    assert told[0]["ms"] >= 400
    assert all(line["ms"] >= SLOW_SECONDS * 1000 for line in lines if line["status"] == 200)


def test_a_page_that_hangs_does_not_keep_the_server_from_stopping(run: Any) -> None:
    server = run()
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.sendall(b"GET /slow?seconds=120 HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.2)
        assert server.stop(signal.SIGINT) < 30


def test_two_processes_share_one_address_and_stop_together(run: Any) -> None:
    server = run(2)
    seen: set[str] = set()

    def both_seen() -> bool:
        seen.add(server.ask("/")[1])
        return len(seen) == 2

    until(both_seen)
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        server.ask("/")


def test_only_a_trusted_proxy_may_name_the_client(run: Any) -> None:
    forwarded = {"X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": "https"}
    assert "for 127.0.0.1 by http" in run().ask("/", forwarded)[1]
    assert "for 10.1.2.3" in run(BANGBAN_TRUSTED_PROXIES="127.0.0.1").ask("/", forwarded)[1]


def test_a_taken_address_is_an_error_at_once() -> None:
    with listen("127.0.0.1", 0) as first, pytest.raises(OSError, match="in use"):
        first.listen()
        listen("127.0.0.1", first.getsockname()[1])


def test_as_many_files_as_allowed_may_be_open(run: Any) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    server = run()
    assert resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE) == (hard, hard)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server in this process wait for nobody. Only for tests of that: others may have to be waited for."""
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(http_protocol, "LINGER_SECONDS", 0.3)


@pytest.fixture
def port() -> Iterator[int]:
    """A server in this process."""

    def hello(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [])
        return [b"hello"]

    listener = listen("127.0.0.1", 0)
    number: int = listener.getsockname()[1]
    server = uvicorn.Server(configuration(Router(WsgiAdapter(hello, threads=1), {})))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    until(lambda: server.started)
    yield number
    server.should_exit = True
    thread.join(PATIENCE)


def talk(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """Send parts with pauses; return all that comes until the server closes. TimeoutError when it does not close."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as sock:
        with contextlib.suppress(ConnectionError):
            for part in parts:
                sock.sendall(part)
                time.sleep(pause)
        with contextlib.suppress(ConnectionError):
            while chunk := sock.recv(65536):
                received += chunk
    return received


@pytest.mark.usefixtures("impatient")
def test_who_connects_and_says_nothing_is_dropped(port: int) -> None:
    assert talk(port) == b""


@pytest.mark.usefixtures("impatient")
def test_a_head_that_trickles_in_is_dropped(port: int) -> None:
    assert talk(port, b"GET / HTTP/1.1\r\n", *[b"X-A: b\r\n"] * 20, pause=0.05) == b""


@pytest.mark.parametrize("head", [b"X: " + b"y" * 300_000, b"".join(b"X-%d: y\r\n" % n for n in range(20_000))])
def test_a_head_without_end_is_refused(port: int, head: bytes) -> None:
    assert talk(port, b"GET / HTTP/1.1\r\nHost: a\r\n", head).startswith(b"HTTP/1.1 431 ")


def test_two_requests_on_one_connection_are_both_answered(port: int) -> None:
    received = talk(
        port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    )
    assert received.count(b"hello") == 2


@pytest.mark.usefixtures("impatient")
def test_an_unwanted_body_is_not_taken_for_ever(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as sock:
        began = time.monotonic()
        sock.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2147483648\r\n\r\n")
        assert sock.recv(65536).startswith(b"HTTP/1.1 413 ")
        with pytest.raises(OSError, match=r"reset|pipe"):
            while time.monotonic() - began < PATIENCE:
                sock.sendall(b"x" * 1000)
                time.sleep(0.01)
    assert time.monotonic() - began > 0.2, "who sends is given the time to read the refusal"


def test_nonsense_is_refused(port: int) -> None:
    assert talk(port, b"\x16\x03\x01 hello\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_programs_find_the_stream_beside_the_rest_of_the_api() -> None:
    seen: list[str] = []

    class Hub:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            seen.append(scope["path"])

    router = Router(None, {"/live/": Hub()})  # type: ignore[arg-type, dict-item]
    asyncio.run(router({"type": "http", "path": "/api/v1/live"}, None, None))  # type: ignore[arg-type]
    assert seen == ["/live/"]
