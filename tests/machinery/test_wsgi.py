"""The adapter between the ASGI server and Django, on a real server with small WSGI applications."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn

from bangban.machinery.exchange import Exchange
from bangban.machinery.request_body import BodyLimits
from bangban.machinery.request_log import Served
from bangban.machinery.server import Router, configuration, listen
from bangban.machinery.wsgi import WsgiAdapter

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE
HTML = {"Accept": "text/html"}
PATIENCE = 60.0
"""Seconds that a test waits for what must come: a net under it, never what it measures."""

Start = Callable[..., Callable[[bytes], None]]
Environ = dict[str, Any]


class Site:
    """A running server with one WSGI application."""

    def __init__(self, application: Any, **options: Any) -> None:
        self.reports: list[Served] = []
        self.adapter = WsgiAdapter(application, report=self.reports.append, **options)
        listener = listen("127.0.0.1", 0)
        self.port = listener.getsockname()[1]
        self.server = uvicorn.Server(configuration(Router(self.adapter, {})))
        self.thread = threading.Thread(target=self.server.run, args=([listener],))
        self.thread.start()
        until(lambda: self.server.started)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(PATIENCE)

    def ask(
        self, method: str = "GET", path: str = "/", body: Any = None, headers: dict[str, str] | None = None, **more: Any
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {}, **more)
            response = connection.getresponse()
            return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()

    def raw(self, data: bytes, enough: bytes | None = None) -> bytes:
        """Send bytes as they are and read until the server closes, or has sent what is `enough`."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as sock:
            sock.sendall(data)
            return read_all(sock, enough)


def read_all(sock: socket.socket, enough: bytes | None = None) -> bytes:
    received = b""
    with contextlib.suppress(TimeoutError, ConnectionResetError):
        while (enough is None or enough not in received) and (chunk := sock.recv(65536)):
            received += chunk
    return received


def until(ready: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.005)


@pytest.fixture
def serve() -> Iterator[Callable[..., Site]]:
    sites: list[Site] = []

    def start(application: Any, **options: Any) -> Site:
        sites.append(Site(application, **options))
        return sites[-1]

    yield start
    for site in sites:
        site.stop()


def hello(environ: Environ, start: Start) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"hello ", b"world"]


def mirror(environ: Environ, start: Start) -> list[bytes]:
    """Answer with what arrived."""
    body = environ["wsgi.input"].read()
    seen = {key: value for key, value in environ.items() if isinstance(value, str | bool | list | tuple)}
    start("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"environ": seen, "size": len(body), "body": body[:100].decode("latin-1")}).encode()]


class Streaming:
    """A response that comes in pieces and must be closed."""

    def __init__(self, chunks: Any) -> None:
        self.chunks = iter(chunks)
        self.closed = threading.Event()
        self.threads: set[int] = set()

    def __call__(self, environ: Environ, start: Start) -> Streaming:
        self.threads.add(threading.get_ident())
        start("200 OK", [("Content-Type", "text/plain")])
        return self

    def __iter__(self) -> Streaming:
        return self

    def __next__(self) -> bytes:
        self.threads.add(threading.get_ident())
        return next(self.chunks)

    def close(self) -> None:
        self.threads.add(threading.get_ident())
        self.closed.set()


def test_a_small_answer_has_its_length_and_a_request_number(serve: Any) -> None:
    status, headers, body = serve(hello).ask()
    assert (status, body, headers["content-length"]) == (200, b"hello world", "11")
    assert len(headers["x-request-id"]) == 16


def test_the_environment_follows_the_request(serve: Any) -> None:
    site = serve(mirror)
    answer = site.raw(
        b"POST /%E4%BA%8B%FF/a%20b?q=%E6%9F%A5&x=1 HTTP/1.1\r\nHost: example.test\r\nX-Two: a\r\nX-Two: b\r\n"
        b"Cookie: a=1\r\nCookie: b=2\r\nX_Forged: 1\r\nContent-Type: text/plain\r\n"
        b"Connection: close\r\nContent-Length: 5\r\n\r\nhello"
    )
    seen = json.loads(answer.split(b"\r\n\r\n", 1)[1])
    environ = seen["environ"]
    assert environ["PATH_INFO"].encode("latin-1") == "/事".encode() + b"\xff/a b"
    assert environ["QUERY_STRING"] == "q=%E6%9F%A5&x=1"
    assert environ["SCRIPT_NAME"] == ""
    assert environ["REQUEST_METHOD"] == "POST"
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert environ["wsgi.url_scheme"] == "http"
    assert environ["HTTP_HOST"] == "example.test"
    assert environ["HTTP_X_TWO"] == "a,b"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["CONTENT_LENGTH"] == "5"
    assert "HTTP_X_FORGED" not in environ
    assert (seen["size"], seen["body"]) == (5, "hello")


def test_a_chunked_body_arrives_whole_with_its_real_length(serve: Any) -> None:
    status, _, body = serve(mirror).ask("POST", body=iter([b"ab", b"cde"]), encode_chunked=True)
    seen = json.loads(body)
    assert (status, seen["size"], seen["environ"]["CONTENT_LENGTH"]) == (200, 5, "5")
    assert "HTTP_TRANSFER_ENCODING" not in seen["environ"]


def test_a_body_beyond_the_memory_limit_goes_through_a_file(serve: Any) -> None:
    site = serve(mirror, body=BodyLimits(memory=10 * KILOBYTE))
    status, _, body = site.ask("POST", body=b"x" * (3 * MEGABYTE))
    assert (status, json.loads(body)["size"]) == (200, 3 * MEGABYTE)


def test_a_declared_two_gigabytes_are_refused_before_they_are_read(serve: Any) -> None:
    site = serve(mirror)
    with socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE) as sock:
        sock.sendall(
            b"POST /up HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nContent-Length: 2147483648\r\n\r\n" + b"x" * 500
        )
        answer = read_all(sock, enough=b"</html>")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert "文件太大" in answer.decode()
    assert "25 MB" in answer.decode()


def test_a_client_that_sends_everything_first_still_reads_the_refusal(serve: Any) -> None:
    site = serve(mirror, body=BodyLimits(size=MEGABYTE))
    status, headers, body = site.ask("POST", body=b"x" * (60 * MEGABYTE))
    assert (status, json.loads(body)["title"]) == (413, "文件太大")
    assert headers["content-type"] == "application/problem+json"


def test_a_chunked_body_is_refused_as_soon_as_it_is_too_large(serve: Any) -> None:
    site = serve(mirror, body=BodyLimits(size=MEGABYTE))
    chunks = (b"x" * 65536 for _ in range(400))
    assert site.ask("POST", body=chunks, encode_chunked=True)[0] == 413


def test_a_client_that_asks_first_is_refused_before_it_sends(serve: Any) -> None:
    site = serve(mirror)
    answer = site.raw(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2147483648\r\nExpect: 100-continue\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer


def test_a_body_that_stops_half_way_is_given_up(serve: Any) -> None:
    site = serve(mirror, body=BodyLimits(idle=0.2))
    answer = site.raw(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", enough=b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_client_that_leaves_half_way_never_reaches_the_application(serve: Any) -> None:
    calls: list[str] = []

    def count(environ: Environ, start: Start) -> list[bytes]:
        calls.append(environ["PATH_INFO"])
        return hello(environ, start)

    site = serve(count)
    with socket.create_connection(("127.0.0.1", site.port)) as sock:
        sock.sendall(b"POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
        time.sleep(0.1)
    until(lambda: site.reports)
    assert (site.reports[0].status, calls) == (499, [])


def test_a_stream_reaches_the_client_piece_by_piece(serve: Any) -> None:
    go_on = threading.Event()

    def pieces() -> Iterator[bytes]:
        yield b"first"
        go_on.wait(PATIENCE)
        yield b"second"

    streaming = Streaming(pieces())
    site = serve(streaming)
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)) as connection:
        connection.request("GET", "/")
        response = connection.getresponse()
        assert response.read1(100) == b"first"
        go_on.set()
        assert response.read() == b"second"
    assert streaming.closed.wait(PATIENCE)
    assert len(streaming.threads) == 1


def test_a_slow_reader_does_not_hold_a_thread(serve: Any) -> None:
    streaming = Streaming(b"x" * 65536 for _ in range(200))
    site = serve(streaming, threads=1)
    with socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert streaming.closed.wait(PATIENCE), "the thread waits for a client that reads nothing"
        assert len(read_all(sock)) > 200 * 65536


def test_a_stream_ends_when_its_client_leaves(serve: Any) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            time.sleep(0.005)
            yield b"x" * 1000

    streaming = Streaming(endless())
    site = serve(streaming)
    with socket.create_connection(("127.0.0.1", site.port)) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        sock.recv(100)
    assert streaming.closed.wait(PATIENCE)


def test_a_broken_stream_is_not_taken_for_a_whole_one(serve: Any, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Iterator[bytes]:
        yield b"begin"
        raise RuntimeError("disk on fire")

    streaming = Streaming(broken())
    site = serve(streaming)
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        site.ask()
    assert streaming.closed.wait(PATIENCE)
    assert "disk on fire" in caplog.text


def test_an_exception_gives_a_plain_page_with_the_number_of_the_request(
    serve: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(environ: Environ, start: Start) -> list[bytes]:
        raise RuntimeError("secret detail")

    site = serve(broken)
    status, headers, body = site.ask(headers=HTML)
    assert status == 500
    assert "系统出错了" in body.decode()
    assert headers["x-request-id"] in body.decode()
    assert "secret detail" not in body.decode()
    assert "secret detail" in caplog.text
    assert site.ask()[0] == 500, "the thread survives"


def test_a_header_with_a_line_break_is_an_error_not_a_second_header(serve: Any) -> None:
    def forged(environ: Environ, start: Start) -> list[bytes]:
        start("200 OK", [("X-Name", "a\r\nSet-Cookie: b=1")])
        return [b""]

    status, headers, _ = serve(forged).ask()
    assert (status, "set-cookie" in headers) == (500, False)


def test_an_error_page_may_replace_an_answer_that_has_not_left(serve: Any) -> None:
    def second_thought(environ: Environ, start: Start) -> list[bytes]:
        start("200 OK", [])
        try:
            raise ValueError
        except ValueError as error:
            start("400 Bad Request", [], (ValueError, error, error.__traceback__))
        return [b"no"]

    assert serve(second_thought).ask()[0] == 400


def test_too_many_waiting_requests_are_told_to_come_back(serve: Any) -> None:
    gate, busy = threading.Event(), threading.Event()

    def slow(environ: Environ, start: Start) -> list[bytes]:
        busy.set()
        gate.wait(PATIENCE)
        return hello(environ, start)

    site = serve(slow, threads=1, queue=2)
    results: list[int] = []
    askers = [threading.Thread(target=lambda: results.append(site.ask()[0])) for _ in range(3)]
    askers[0].start()
    assert busy.wait(PATIENCE)
    for asker in askers[1:]:
        asker.start()
    until(lambda: site.adapter._pool.waiting == 2)
    status, headers, _ = site.ask()
    gate.set()
    for asker in askers:
        asker.join(PATIENCE)
    assert (status, headers["retry-after"]) == (503, "2")
    assert results == [200, 200, 200]


def test_a_rush_of_two_thousand_may_wait() -> None:
    adapter = WsgiAdapter(hello, threads=1)
    gate = threading.Event()
    for _ in range(2000):
        adapter._pool.submit(gate.wait)
    adapter._refuse_when_busy()
    gate.set()
    adapter.stop()


def test_a_waiting_request_whose_client_left_is_never_run(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, noticed, calls = threading.Event(), threading.Event(), list[str]()
    abandon = Exchange.abandon

    def notice(exchange: Exchange) -> None:
        abandon(exchange)
        noticed.set()

    monkeypatch.setattr(Exchange, "abandon", notice)

    def slow(environ: Environ, start: Start) -> list[bytes]:
        calls.append(environ["PATH_INFO"])
        gate.wait(PATIENCE)
        return hello(environ, start)

    site = serve(slow, threads=1)
    first = threading.Thread(target=site.ask, kwargs={"path": "/first"})
    first.start()
    until(lambda: calls)
    with socket.create_connection(("127.0.0.1", site.port)) as sock:
        sock.sendall(b"GET /left HTTP/1.1\r\nHost: a\r\n\r\n")
        until(lambda: site.adapter._pool.waiting == 1)
    assert noticed.wait(PATIENCE)
    gate.set()
    first.join(PATIENCE)
    until(lambda: len(site.reports) == 2)
    assert calls == ["/first"]


def test_a_head_request_gets_headers_only(serve: Any) -> None:
    status, headers, body = serve(hello).ask("HEAD")
    assert (status, headers["content-length"], body) == (200, "11", b"")


def test_no_body_and_no_length_for_not_modified(serve: Any) -> None:
    def same(environ: Environ, start: Start) -> list[bytes]:
        start("304 Not Modified", [])
        return []

    status, headers, _ = serve(same).ask()
    assert (status, "content-length" in headers) == (304, False)


def test_what_the_application_writes_by_the_old_interface_comes_first(serve: Any) -> None:
    def old(environ: Environ, start: Start) -> list[bytes]:
        start("200 OK", [])(b"one ")
        return [b"two"]

    assert serve(old).ask()[2] == b"one two"
