"""One connected client: what it may see, what waits for it, and the writing to it."""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import datetime

from bangban.foundation.live.frames import Frame, Passing
from bangban.foundation.live.grants import Grant
from bangban.foundation.live.rules import seen_at
from bangban.machinery.asgi_types import TRANSPORT, Scope, Send


class Subscriber:
    """Frames go in without waiting; a short-lived task writes them out.

    There is no task while nothing is to be written: thousands of quiet clients cost memory for their connection only.
    """

    __slots__ = (
        "_ending",
        "_held",
        "_pending",
        "_room",
        "_send",
        "_writing",
        "again",
        "check_at",
        "checking",
        "cursor",
        "due",
        "ended",
        "key",
        "levels",
        "ping_at",
        "scope",
        "subject",
        "topics",
        "valid_until",
    )

    def __init__(self, key: int, scope: Scope, send: Send, grant: Grant, room: int) -> None:
        self.key = key
        self.scope = scope
        self.topics = frozenset(grant.topics)
        self.levels = seen_at(grant.visibility)
        self.valid_until: datetime | None = grant.valid_until
        self.subject = grant.subject
        self.cursor = 0
        self.ended = False
        self.checking = False
        self.again = False
        self.check_at = 0.0
        self.ping_at = 0.0
        self.due = 0.0
        self._send = send
        self._room = room
        self._pending: deque[Frame | Passing | bytes] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._held = False
        self._ending: bytes | None = None

    def offer(self, frame: Frame) -> None:
        """Take a frame, unless it was taken before or is not for this client."""
        if frame.seq <= self.cursor:
            return
        self.cursor = frame.seq
        if frame.visibility in self.levels:
            self.put(frame)

    def put(self, item: Frame | Passing | bytes) -> None:
        """Queue something to be written; a client with too much waiting is cut off and will come back."""
        if self.ended:
            return
        if len(self._pending) >= self._room:
            self.cut()
            return
        self._pending.append(item)
        self._wake()

    def hold(self) -> None:
        """Write nothing until `resume`: it is being checked whether this client may still see it."""
        self._held = True

    def resume(self, grant: Grant) -> None:
        """Go on with new rights; what waits and is no longer allowed is dropped."""
        self.topics = self.topics.intersection(grant.topics)
        self.levels = seen_at(grant.visibility)
        self.valid_until = grant.valid_until
        self._pending = deque(item for item in self._pending if isinstance(item, bytes) or self._allowed(item))
        self._held = False
        self._wake()

    def end(self, farewell: bytes = b"") -> None:
        """Write what waits and the farewell, then close the stream properly."""
        if not self.ended:
            self.ended = True
            self._ending = farewell
            self._wake()

    def cut(self) -> None:
        """Close the connection at once; nothing more reaches the client."""
        self.ended = True
        self._pending.clear()
        if transport := self.scope.get(TRANSPORT):
            transport.abort()
        elif self._writing:
            self._writing.cancel()

    async def write(self, data: bytes) -> None:
        """Write directly, before the client is subscribed."""
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    def _allowed(self, item: Frame | Passing) -> bool:
        return item.visibility in self.levels and not self.topics.isdisjoint(item.topics)

    def _wake(self) -> None:
        if self._writing is None and (self._ending is not None or not self._held):
            self._writing = asyncio.get_running_loop().create_task(self._write_out())

    async def _write_out(self) -> None:
        try:
            while self._pending and not self._held:
                data = b"".join(item if isinstance(item, bytes) else item.write(self.topics) for item in self._pending)
                self._pending.clear()
                await self.write(data)
            if self._ending is not None:
                await self._send({"type": "http.response.body", "body": self._ending, "more_body": False})
        finally:
            self._writing = None
