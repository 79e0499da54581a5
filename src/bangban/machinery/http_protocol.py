"""uvicorn's HTTP protocol with the limits it lacks: size and time of a request head, and of an unwanted body."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bangban.machinery.asgi_types import TRANSPORT

CLOSING = "closing"
"""Key of the lifespan state: what to call, once, when the server begins to shut down."""

HEAD_BYTES = 65_536
HEAD_SECONDS = 15.0
LINGER_SECONDS = 10.0

TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class HeadTooLargeError(Exception):
    """Request line and headers exceed HEAD_BYTES."""


class GuardedProtocol(HttpToolsProtocol):
    """One connection.

    A request head must be complete HEAD_SECONDS after its first byte (the first one: after connecting). A body that
    goes on arriving after the answer is thrown away for LINGER_SECONDS, so that the client can read the answer
    instead of meeting a reset, and then the connection is closed.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head_size = 0
        self._in_head = True
        self._body_complete = True
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._close_in(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        self._keep_open()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, and stop a head that grows without end inside it."""
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head_size += len(data)
            if self._head_size > HEAD_BYTES:
                self.send_400_response("")

    def on_message_begin(self) -> None:
        """Begin to count and to time a request head."""
        super().on_message_begin()
        self._head_size = 0
        self._in_head = True
        self._body_complete = False
        self._close_in(HEAD_SECONDS)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or a trailer after the body."""
        self._head_size += len(name) + len(value)
        if self._head_size > HEAD_BYTES:
            raise HeadTooLargeError
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start the application, with the connection at hand."""
        self._in_head = False
        self._keep_open()
        self.scope[TRANSPORT] = self.transport  # type: ignore[literal-required]
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that nothing more belongs to this request."""
        self._body_complete = True
        if self.cycle.response_complete and self._deadline:
            self._close_in(self.timeout_keep_alive)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Give the client time to read the answer when its body is still on the way."""
        super().on_response_complete()
        if not self._body_complete and not self.transport.is_closing():
            self._close_in(LINGER_SECONDS)

    def shutdown(self) -> None:
        """Finish the request at hand, and have long streams told to end."""
        super().shutdown()
        closing: Callable[[], None] | None = self.app_state.get(CLOSING)
        if closing:
            closing()

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be parsed; a head that is too large gets its own status."""
        if self._head_size > HEAD_BYTES:
            self.transport.write(TOO_LARGE)
            self.transport.close()
        else:
            super().send_400_response(msg)

    def _close_in(self, seconds: float) -> None:
        self._keep_open()
        self._deadline = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def _keep_open(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None
