"""The hub's own reading of what the database keeps."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
from psycopg import AsyncConnection

from bangban.foundation.live import queries
from bangban.foundation.live.frames import Frame

CONNECT_SECONDS = 5
WAIT_SECONDS = 10.0

Rows = list[tuple[Any, ...]]


class History:
    """A few connections; every call raises psycopg.Error when the database cannot answer in time.

    A connection that died while idle is replaced within the same call, so that after a failover of the database the
    first question is answered; a pool that mends itself in the background needs seconds for that.
    """

    def __init__(self, conninfo: str, connections: int) -> None:
        self._conninfo = conninfo
        self._free = asyncio.Semaphore(connections)
        self._idle: list[AsyncConnection[Any]] = []
        self._closed = False

    async def close(self) -> None:
        """Give the connections back."""
        self._closed = True
        while self._idle:
            await self._idle.pop().close()

    async def current(self) -> int:
        """Return the highest number given so far, 0 before the first."""
        return int((await self._rows(queries.CURRENT, {}))[0][0])

    async def floor(self) -> int:
        """Return the number up to which frames may have been pruned."""
        return int((await self._rows(queries.FLOOR, {}))[0][0])

    async def of_topics(
        self, topics: frozenset[str], after: int, until: int, visibility: frozenset[str], limit: int
    ) -> list[Frame]:
        """Return the first `limit` frames of some topics between two numbers (after < seq <= until)."""
        values = {"topics": list(topics), "after": after, "until": until, "visibility": list(visibility)}
        return queries.gather(await self._rows(queries.OF_TOPICS, {**values, "limit": limit}), limit)

    async def of_all(self, after: int, until: int) -> list[Frame]:
        """Return every frame between two numbers (after < seq <= until)."""
        return queries.gather(await self._rows(queries.OF_ALL, {"after": after, "until": until}))

    async def _rows(self, query: str, values: dict[str, Any]) -> Rows:
        try:
            async with asyncio.timeout(WAIT_SECONDS), self._free:
                return await self._ask_any(query, values)
        except TimeoutError as error:
            raise psycopg.OperationalError("the database did not answer in time") from error

    async def _ask_any(self, query: str, values: dict[str, Any]) -> Rows:
        while self._idle:
            try:
                return await self._ask(self._idle.pop(), query, values)
            except psycopg.OperationalError:
                continue
        connection = await AsyncConnection.connect(
            self._conninfo, autocommit=True, connect_timeout=CONNECT_SECONDS, application_name="bangban-live"
        )
        return await self._ask(connection, query, values)

    async def _ask(self, connection: AsyncConnection[Any], query: str, values: dict[str, Any]) -> Rows:
        try:
            cursor = await connection.execute(query.encode(), values)
            rows = await cursor.fetchall()
        except BaseException:
            await connection.close()
            raise
        if self._closed:
            await connection.close()
        else:
            self._idle.append(connection)
        return rows
