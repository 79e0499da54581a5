"""One request for a stream, from the question who asks to the last byte."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import psycopg

from bangban.foundation.live import refusals
from bangban.foundation.live.frames import event, opening
from bangban.foundation.live.grants import Grant
from bangban.foundation.live.rules import ACCESS, BadRequestError, parse_after, parse_topics
from bangban.foundation.live.subscriber import Subscriber
from bangban.machinery.asgi_types import Receive, Scope, Send
from bangban.machinery.problems import Problem, header, render

if TYPE_CHECKING:
    from bangban.foundation.live.hub import Hub

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]

logger = logging.getLogger("bangban.live")


class RefusedError(Exception):
    """The stream is not opened."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


class Stream:
    """Asks for permission, finds the place to go on from, catches up, and then waits for the client to leave."""

    def __init__(self, hub: Hub, scope: Scope, receive: Receive, send: Send) -> None:
        self._hub = hub
        self._scope = scope
        self._receive = receive
        self._send = send
        self._asked = 0, 0

    async def serve(self) -> None:
        """Serve the stream or refuse it with problem+json."""
        address = (self._scope.get("client") or ("",))[0]
        refused = self._hub.admission.enter(address)
        if refused:
            await self._refuse(refused)
            return
        try:
            await self._serve()
        except RefusedError as error:
            await self._refuse(error.problem)
        finally:
            self._hub.admission.leave(address)

    async def _serve(self) -> None:
        topics, after = self._question()
        if not self._hub.ready:
            raise RefusedError(refusals.not_ready())
        self._asked = self._hub.last, self._hub.recent.era
        grant = await self._permission(topics)
        start, broken = await self._start(after)
        subscriber = Subscriber(next(self._hub.keys), self._scope, self._send, grant, self._hub.limits.pending)
        subscriber.cursor = start
        await self._send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await subscriber.write(opening(start, self._hub.last, topics))
        if broken:
            await subscriber.write(event("reset", {"seq": start}, start))
        try:
            await self._catch_up(subscriber)
            while (await self._receive())["type"] != "http.disconnect":
                pass
        finally:
            self._hub.leave(subscriber)

    def _question(self) -> tuple[list[str], int | None]:
        if self._scope["path"].rstrip("/") != "/live":
            raise RefusedError(refusals.not_here())
        if self._scope["method"] != "GET":
            raise RefusedError(refusals.wrong_method())
        query = parse_qs(self._scope["query_string"].decode("latin-1"))
        try:
            topics = parse_topics(",".join(query.get("topics", [])), self._hub.limits.topics)
            after = header(self._scope["headers"], b"last-event-id") or query.get("after", [""])[0]
            return topics, parse_after(after) if after else None
        except BadRequestError as error:
            raise RefusedError(refusals.not_understood(str(error))) from None

    async def _permission(self, topics: list[str]) -> Grant:
        try:
            grant = await self._hub.checks.ask(self._scope, topics)
        except Exception as error:
            logger.exception("live: the authority could not be asked")
            raise RefusedError(refusals.not_ready()) from error
        if denied := [topic for topic in topics if topic not in grant.topics]:
            raise RefusedError(refusals.denied(denied))
        return grant

    async def _start(self, after: int | None) -> tuple[int, bool]:
        """Return the number to go on from, and whether the client must reload because its own place is lost."""
        last = self._hub.last
        if after is None:
            return last, False
        if self._hub.recent.covers(after) and after <= last:
            return after, False
        try:
            # Another process may have told the client of a number that has not been heard here yet.
            current = await self._hub.history.current() if after > last else last
            lost = after > current or after < await self._hub.history.floor()
        except psycopg.Error as error:
            raise RefusedError(refusals.not_ready()) from error
        return (self._hub.last, True) if lost else (after, False)

    async def _catch_up(self, subscriber: Subscriber) -> None:
        """Bring the client up to the newest number and join, without a moment in between in which one is missed.

        While the client lags behind what is kept in memory, pages come from the database. Once memory reaches back far
        enough, the rest and the joining happen in one step of the event loop.
        """
        while not self._outdated(subscriber):
            if self._join(subscriber):
                return
            try:
                until, text = await self._page(subscriber)
            except psycopg.Error:
                logger.warning("live: a stream broke off while catching up")
                break
            if text:
                await subscriber.write(text)
            subscriber.cursor = until
        subscriber.end()

    def _join(self, subscriber: Subscriber) -> bool:
        hub = self._hub
        if not hub.recent.covers(subscriber.cursor):
            return False
        frames = hub.recent.since(subscriber.cursor, subscriber.topics)
        if len(frames) > hub.limits.pending // 2:
            return False
        for frame in frames:
            subscriber.offer(frame)
        hub.join(subscriber)
        return True

    async def _page(self, subscriber: Subscriber) -> tuple[int, bytes]:
        """Return the next part of the past as it is sent, and the number up to which it reaches."""
        history, limit = self._hub.history, self._hub.limits.page
        after, until = subscriber.cursor, self._hub.last
        frames = await history.of_topics(subscriber.topics, after, until, subscriber.levels, limit)
        if await history.floor() > after:
            # Pruned meanwhile. The floor is raised before anything is deleted, so this order of reading is safe.
            return until, event("reset", {"seq": until}, until)
        if len(frames) == limit:
            until = frames[-1].seq
        return until, b"".join(frame.write(subscriber.topics) for frame in frames)

    def _outdated(self, subscriber: Subscriber) -> bool:
        """Tell whether the permission may have changed, or the numbers their meaning, since it was asked for."""
        since, era = self._asked
        recent = self._hub.recent
        topics = [ACCESS + subscriber.subject] if subscriber.subject else []
        return era != recent.era or not recent.covers(since) or bool(recent.since(since, topics))

    async def _refuse(self, problem: Problem) -> None:
        headers, body = render(problem, "application/problem+json")
        await self._send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
