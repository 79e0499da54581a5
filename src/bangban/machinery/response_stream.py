"""Carries a streamed response from the thread that makes it to the event loop that sends it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile

from bangban.machinery.threads import post

READ_SIZE = 65_536


class AbandonedError(Exception):
    """Nobody takes the response any more."""


class ResponseStream:
    """A pipe whose writing end seldom waits, so that a slow client does not occupy a thread.

    What the client has not taken yet is kept in memory up to `memory` bytes and on disk up to `limit` bytes; beyond
    that the writer waits, and gives up when nothing moves for `stall` seconds.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, memory: int = 1_048_576, limit: int = 268_435_456, stall: float = 60.0
    ) -> None:
        self._loop = loop
        self._limit = limit
        self._stall = stall
        self._store = SpooledTemporaryFile(max_size=memory)  # noqa: SIM115 - lives as long as the response
        self._moved = threading.Condition()
        self._news = asyncio.Event()
        self._reader_waits = False
        self._read_at = 0
        self._write_at = 0
        self._ended = False
        self._failed = False
        self._abandoned = False

    def write(self, chunk: bytes) -> None:
        """Hand over a chunk (from the thread); raises AbandonedError when the client is gone or stalls."""
        with self._moved:
            while self._write_at >= self._limit and not self._abandoned:
                if not self._moved.wait(self._stall):
                    raise AbandonedError
            if self._abandoned:
                raise AbandonedError
            self._store.seek(self._write_at)
            self._store.write(chunk)
            self._write_at += len(chunk)
            self._wake()

    def end(self, failed: bool = False) -> None:
        """Say that nothing more comes (from the thread)."""
        with self._moved:
            self._ended, self._failed = True, failed
            self._wake()

    def abandon(self) -> None:
        """Say that nobody reads any more (from the loop); the next write raises."""
        with self._moved:
            self._abandoned = True
            self._store.close()
            self._moved.notify_all()
            self._news.set()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield what was written, in order (on the loop); raises AbandonedError when the writer failed half-way."""
        while True:
            chunk, ended = self._take()
            if chunk:
                yield chunk
            elif ended:
                if self._failed:
                    raise AbandonedError
                return
            else:
                await self._news.wait()
                self._news.clear()

    def _take(self) -> tuple[bytes, bool]:
        with self._moved:
            if self._abandoned:
                raise AbandonedError
            self._store.seek(self._read_at)
            chunk = self._store.read(min(READ_SIZE, self._write_at - self._read_at))
            self._read_at += len(chunk)
            if self._read_at == self._write_at and self._write_at:
                self._read_at = self._write_at = 0
                self._store.seek(0)
                self._store.truncate()
                self._moved.notify_all()
            self._reader_waits = not chunk and not self._ended
            return chunk, self._ended and not chunk

    def _wake(self) -> None:
        if self._reader_waits:
            self._reader_waits = False
            post(self._loop, self._news.set)
