"""One call of a WSGI application, on a worker thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from bangban.machinery.problems import Headers
from bangban.machinery.request_body import ClientGoneError
from bangban.machinery.response_stream import AbandonedError, ResponseStream
from bangban.machinery.threads import fail, post, succeed

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "proxy-connection"}
logger = logging.getLogger("bangban.machinery.wsgi")


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and headers with either the whole body or the stream that will bring it."""

    status: int
    headers: Headers
    body: bytes | ResponseStream


class Exchange:
    """Runs the application and gives its answer to the future `answered`.

    The application, its response iterable and its `close()` all run on the same thread, because Django keeps its
    database connections per thread.
    """

    def __init__(self, application: WsgiApplication, environ: dict[str, Any]) -> None:
        self._application = application
        self._environ = environ
        self._loop = asyncio.get_running_loop()
        self._status: int | None = None
        self._headers: Headers = []
        self._written: list[bytes] = []
        self._stream: ResponseStream | None = None
        self._abandoned = False
        self.answered: asyncio.Future[Answer] = self._loop.create_future()

    def abandon(self) -> None:
        """Say that the client is gone (from the loop): a call that has not begun will not be made."""
        self._abandoned = True
        if self._stream:
            self._stream.abandon()

    def run(self) -> None:
        """Call the application (from a thread) and see it through to its `close()`."""
        try:
            if self._abandoned:
                raise ClientGoneError
            self._run()
        except BaseException as error:
            post(self._loop, fail, self.answered, error)
        finally:
            self._environ["wsgi.input"].close()

    def _run(self) -> None:
        result = self._application(self._environ, self.start_response)
        whole = None
        try:
            if isinstance(result, list | tuple) or getattr(result, "streaming", None) is False:
                whole = b"".join([*self._written, *result])
            else:
                self._pass_on(result)
        finally:
            if close := getattr(result, "close", None):
                close()
        if whole is not None:
            self._answer(whole)

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], None]:
        """Take status line and headers (PEP 3333); raises ValueError on a header that would break the protocol."""
        if exc_info and exc_info[1] and self._stream:
            raise exc_info[1].with_traceback(exc_info[2])
        if not exc_info and self._status is not None:
            raise AssertionError("start_response called twice without exc_info")
        self._headers = [_encode(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]
        self._status = int(status.split(" ", 1)[0])
        return self._written.append

    def _pass_on(self, result: Iterable[bytes]) -> None:
        try:
            for chunk in result:
                self._open().write(chunk)
            self._open().end()
        except AbandonedError:
            return
        except Exception:
            if self._stream is None:
                raise
            logger.exception("the response for %s broke off", self._environ["PATH_INFO"])
            self._stream.end(failed=True)

    def _open(self) -> ResponseStream:
        if self._stream is None:
            stream = ResponseStream(self._loop)
            self._answer(stream)
            self._stream = stream
            for chunk in self._written:
                stream.write(chunk)
        if self._abandoned:
            raise AbandonedError
        return self._stream

    def _answer(self, body: bytes | ResponseStream) -> None:
        if self._status is None:
            raise AssertionError("the application returned without calling start_response")
        post(self._loop, succeed, self.answered, Answer(self._status, self._headers, body))


def _encode(name: str, value: str) -> tuple[bytes, bytes]:
    if any(mark in name or mark in value for mark in "\r\n\0"):
        raise ValueError(f"header {name!r} holds a line break")
    return name.lower().encode("latin-1"), value.encode("latin-1")
