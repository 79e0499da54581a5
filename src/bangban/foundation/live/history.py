"""The hub's own reading of what the database keeps."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from bangban.foundation.live import queries
from bangban.foundation.live.frames import Frame

WAIT_SECONDS = 5.0


class History:
    """A few connections; every call raises psycopg.Error when the database cannot answer in time."""

    def __init__(self, conninfo: str, connections: int) -> None:
        self._pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            conninfo,
            min_size=1,
            max_size=connections,
            open=False,
            timeout=WAIT_SECONDS,
            kwargs={"autocommit": True, "application_name": "bangban-live"},
            check=AsyncConnectionPool.check_connection,
            name="live",
        )

    async def open(self) -> None:
        """Begin to connect; does not wait for the database."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Give the connections back."""
        await self._pool.close(timeout=1)

    async def current(self) -> int:
        """Return the highest number given so far, 0 before the first."""
        return await self._number(queries.CURRENT)

    async def floor(self) -> int:
        """Return the number up to which frames may have been pruned."""
        return await self._number(queries.FLOOR)

    async def of_topics(
        self, topics: frozenset[str], after: int, until: int, visibility: frozenset[str], limit: int
    ) -> list[Frame]:
        """Return the first `limit` frames of some topics between two numbers (after < seq <= until)."""
        values = {"topics": list(topics), "after": after, "until": until, "visibility": list(visibility)}
        return queries.gather(await self._rows(queries.OF_TOPICS, {**values, "limit": limit}), limit)

    async def of_all(self, after: int, until: int) -> list[Frame]:
        """Return every frame between two numbers (after < seq <= until)."""
        return queries.gather(await self._rows(queries.OF_ALL, {"after": after, "until": until}))

    async def _number(self, query: str) -> int:
        rows = await self._rows(query, {})
        return int(rows[0][0])

    async def _rows(self, query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(query.encode(), values)
            return await cursor.fetchall()
