"""Follows the database: hands on every frame once and in order, whatever happens to the connection."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import aclosing

import msgspec
import psycopg
from psycopg import AsyncConnection, sql

from bangban.foundation.live.frames import Frame, Notice, Passing
from bangban.foundation.live.history import History
from bangban.foundation.live.numbering import CHANNEL, EPHEMERAL_CHANNEL

PAGE = 1000
BREATH = 32
HEARTBEAT_SECONDS = 15.0
CONNECT_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 5.0

logger = logging.getLogger("bangban.live")


class Listener:
    """One LISTEN connection.

    Numbers have no gaps, so a number that does not follow the last one means that something was not heard; it is then
    read from the table. The same happens after each new connection and at each heartbeat.
    """

    def __init__(
        self,
        conninfo: str,
        history: History,
        on_frame: Callable[[Frame], None],
        on_passing: Callable[[Passing], None],
        on_break: Callable[[int], None],
    ) -> None:
        self._conninfo = conninfo
        self._history = history
        self._on_frame = on_frame
        self._on_passing = on_passing
        self._on_break = on_break
        self.last = 0
        self.follows = asyncio.Event()
        self.began = False

    async def run(self) -> None:
        """Listen until cancelled; a lost connection is made anew, after a growing pause."""
        failures = 0
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                logger.warning("live: database connection lost (%s); trying again", type(error).__name__)
            except Exception:
                # A fault of ours on one frame must not silence all that follow; the next round goes on after it.
                logger.exception("live: following the database broke off; trying again")
            failures = 1 if self.follows.is_set() else failures + 1
            self.follows.clear()
            pause = min(LONGEST_PAUSE_SECONDS, 0.1 * 2 ** min(failures, 8))
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, no secret

    async def _listen(self) -> None:
        connection = await AsyncConnection.connect(
            self._conninfo,
            autocommit=True,
            connect_timeout=int(CONNECT_SECONDS),
            application_name="bangban-live-listener",
        )
        async with connection:
            for channel in (CHANNEL, EPHEMERAL_CHANNEL):
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            await self._catch_up()
            self.follows.set()
            while True:
                async with aclosing(connection.notifies(timeout=HEARTBEAT_SECONDS)) as notes:
                    async for note in notes:
                        await self._hear(note.channel, note.payload)
                # A connection that has silently died shows itself only when it is used.
                async with asyncio.timeout(CONNECT_SECONDS):
                    await connection.execute("SELECT 1")
                await self._catch_up()

    async def _hear(self, channel: str, payload: str) -> None:
        try:
            if channel == EPHEMERAL_CHANNEL:
                self._on_passing(msgspec.json.decode(payload, type=Passing))
                return
            notice = msgspec.json.decode(payload, type=Notice)
        except msgspec.DecodeError:
            logger.exception("live: a notification on %s cannot be read", channel)
            return
        if notice.seq <= self.last:
            return
        if notice.seq == self.last + 1 and notice.kind is not None:
            await self._advance(notice.seq, [notice.frame(notice.kind)] if notice.topics else [])
        else:
            await self._catch_up()

    async def _catch_up(self) -> None:
        current = await self._history.current()
        if not self.began:
            self.began = True
            self._restart(current)
        elif current < self.last:
            logger.error("live: the numbers went back from %d to %d; was a backup restored?", self.last, current)
            self._restart(current)
        while self.last < current:
            until = min(current, self.last + PAGE)
            frames = await self._history.of_all(self.last, until)
            if await self._history.floor() > self.last:
                self._restart(current)
                return
            await self._advance(until, frames)

    async def _advance(self, seq: int, frames: list[Frame]) -> None:
        for frame in frames:
            self.last = frame.seq
            self._on_frame(frame)
            if frame.seq % BREATH == 0:
                # A large transaction arrives in one go; without a turn for the writers it would overflow every client.
                await asyncio.sleep(0)
        self.last = seq

    def _restart(self, seq: int) -> None:
        self.last = seq
        self._on_break(seq)
