"""Serves a WSGI application (Django) from an ASGI server, on a few threads.

The body is complete before a thread is taken, and the answer leaves the thread before the client has taken it, so a
slow network occupies no thread.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable

from bangban.machinery.asgi_types import Receive, Scope, Send, cut
from bangban.machinery.environ import make_environ
from bangban.machinery.exchange import Answer, Exchange, WsgiApplication
from bangban.machinery.problems import (
    Headers,
    Problem,
    header,
    internal_error,
    no_room,
    overloaded,
    render,
    too_large,
    too_slow,
)
from bangban.machinery.request_body import BodyLimits, BodyTooLargeError, BodyTooSlowError, ClientGoneError, read_body
from bangban.machinery.request_log import CLIENT_GONE, Served, log_notable
from bangban.machinery.response_stream import AbandonedError, ResponseStream
from bangban.machinery.threads import WorkerThreads

BODILESS = {204, 304}
STALL_SECONDS = 60.0
RETRY_AFTER_SECONDS = 2
QUEUE = 2500  # a rush of 2,000 people at once is answered within ten seconds, not turned away
logger = logging.getLogger("bangban.machinery.wsgi")


class WsgiAdapter:
    """An ASGI application that runs a WSGI application on `threads` threads.

    When `queue` requests already wait for a thread, further ones get 503 with Retry-After.
    """

    def __init__(
        self,
        application: WsgiApplication,
        *,
        threads: int = 4,
        queue: int = QUEUE,
        body: BodyLimits | None = None,
        report: Callable[[Served], None] = log_notable,
    ) -> None:
        self._application = application
        self._pool = WorkerThreads(threads, "web")
        self._queue = queue
        self._body = body or BodyLimits()
        self._report = report

    def stop(self) -> None:
        """Let the threads end; calls that hang are left behind."""
        self._pool.stop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        served = Served(secrets.token_hex(8), scope["method"], scope["path"])
        try:
            answer = await self._answer(scope, receive, served)
            served.status = answer.status
            if isinstance(answer.body, ResponseStream):
                await _send_stream(scope, receive, send, answer, answer.body)
            else:
                await _send_whole(send, answer, answer.body)
        except ClientGoneError:
            served.status = CLIENT_GONE
        finally:
            self._report(served)

    async def _answer(self, scope: Scope, receive: Receive, served: Served) -> Answer:
        try:
            answer = await self._call(scope, receive, served.request_id)
        except BodyTooLargeError:
            return _refusal(too_large(self._body.size), scope, served)
        except BodyTooSlowError:
            return _refusal(too_slow(), scope, served)
        except OverloadedError:
            return _refusal(overloaded(RETRY_AFTER_SECONDS), scope, served)
        except NoRoomError:
            return _refusal(no_room(), scope, served)
        except (ClientGoneError, asyncio.CancelledError):
            raise
        except BaseException:
            logger.exception("request %s for %s failed", served.request_id, served.path)
            return _refusal(internal_error(), scope, served)
        if all(name.lower() != b"x-request-id" for name, _ in answer.headers):
            answer.headers.append((b"x-request-id", served.request_id.encode()))
        return answer

    async def _call(self, scope: Scope, receive: Receive, request_id: str) -> Answer:
        self._refuse_when_busy()
        try:
            body, size = await read_body(scope, receive, self._body)
        except OSError as error:
            raise NoRoomError from error
        try:
            self._refuse_when_busy()
            exchange = Exchange(self._application, make_environ(scope, body, size, request_id))
        except BaseException:
            body.close()
            raise
        must_wait = self._pool.full
        self._pool.submit(exchange.run)
        watch = asyncio.create_task(_watch(receive, exchange.abandon)) if must_wait else None
        try:
            return await exchange.answered
        except asyncio.CancelledError:
            exchange.abandon()
            raise
        finally:
            if watch:
                watch.cancel()

    def _refuse_when_busy(self) -> None:
        if self._pool.waiting >= self._queue:
            raise OverloadedError


class OverloadedError(Exception):
    """Too many requests wait for a thread."""


class NoRoomError(Exception):
    """The disk cannot take the request body."""


async def _watch(receive: Receive, abandon: Callable[[], None]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    abandon()


async def _send_whole(send: Send, answer: Answer, body: bytes) -> None:
    headers = answer.headers
    if answer.status not in BODILESS and not header(headers, b"content-length"):
        headers.append((b"content-length", str(len(body)).encode()))
    await _start(send, answer.status, headers)
    await send({"type": "http.response.body", "body": body})


async def _send_stream(scope: Scope, receive: Receive, send: Send, answer: Answer, stream: ResponseStream) -> None:
    watch = asyncio.create_task(_watch(receive, stream.abandon))
    try:
        await _start(send, answer.status, answer.headers)
        async for chunk in stream.chunks():
            async with asyncio.timeout(STALL_SECONDS):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    except (AbandonedError, TimeoutError):
        watch.cancel()
        await cut(scope, receive)
    finally:
        watch.cancel()
        stream.abandon()


async def _start(send: Send, status: int, headers: Headers) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


def _refusal(problem: Problem, scope: Scope, served: Served) -> Answer:
    headers, body = render(problem, header(scope["headers"], b"accept"), served.request_id)
    if header(scope["headers"], b"expect"):
        # The client keeps its body back until told to go on, which it never is; the connection cannot be used again.
        headers.append((b"connection", b"close"))
    return Answer(problem.status, headers, body)
