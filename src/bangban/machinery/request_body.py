"""Reads a request body before a thread is spent on it, in bounded memory."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

from bangban.machinery.asgi_types import Receive, Scope
from bangban.machinery.problems import header

MEGABYTE = 1_048_576


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Bytes a body may have, bytes kept in memory, seconds without a byte, seconds for the whole."""

    size: int = 25 * MEGABYTE
    memory: int = MEGABYTE
    idle: float = 20.0
    total: float = 900.0


class BodyTooLargeError(Exception):
    """The body is, or says it will be, larger than allowed."""


class BodyTooSlowError(Exception):
    """The body did not arrive in the time allowed."""


class ClientGoneError(Exception):
    """The client hung up before its request was complete."""


async def read_body(scope: Scope, receive: Receive, limits: BodyLimits) -> tuple[IO[bytes], int]:
    """Return the whole body as a file at its beginning, and its size in bytes; the caller closes it.

    Raises BodyTooLargeError (before reading, when Content-Length says so), BodyTooSlowError, ClientGoneError, and OSError
    when the disk is full.
    """
    declared = header(scope["headers"], b"content-length")
    if declared and int(declared) > limits.size:
        raise BodyTooLargeError
    if not declared and not header(scope["headers"], b"transfer-encoding"):
        return io.BytesIO(), 0
    if declared == "0":
        return io.BytesIO(), 0
    return await _collect(receive, limits)


async def _collect(receive: Receive, limits: BodyLimits) -> tuple[IO[bytes], int]:
    file: IO[bytes] = SpooledTemporaryFile(max_size=limits.memory)  # noqa: SIM115 - the caller closes it
    try:
        async with asyncio.timeout(limits.total):
            size = await _copy(receive, file, limits)
    except TimeoutError:
        file.close()
        raise BodyTooSlowError from None
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file, size


async def _copy(receive: Receive, file: IO[bytes], limits: BodyLimits) -> int:
    size = 0
    more = True
    while more:
        async with asyncio.timeout(limits.idle):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limits.size:
            raise BodyTooLargeError
        file.write(chunk)
        more = message.get("more_body", False)
    return size
