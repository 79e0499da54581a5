"""Asks again and again whether each client may still hear what it hears, and keeps quiet connections alive."""

from __future__ import annotations

import asyncio
import heapq
import logging
import math
import random
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django.http.cookie import parse_cookie

from bangban.foundation.clocks import moment
from bangban.foundation.live.frames import PING
from bangban.foundation.live.grants import Authorise, Grant
from bangban.foundation.live.subscriber import Subscriber
from bangban.machinery.asgi_types import Scope
from bangban.machinery.threads import WorkerThreads

if TYPE_CHECKING:
    from bangban.foundation.live.hub import Limits

RETRY_SECONDS = 5.0
TICK_SECONDS = 0.5

logger = logging.getLogger("bangban.live")


class Checks:
    """The round through all clients: a ping when it is due, the authority's word when it is due or doubted."""

    def __init__(
        self, authorise: Authorise, limits: Limits, revoke: Callable[[Subscriber, frozenset[str]], None]
    ) -> None:
        self._authorise = authorise
        self._limits = limits
        self._revoke = revoke
        self._threads = WorkerThreads(limits.authority_threads, "live-authority")
        self._due: list[tuple[float, int]] = []
        self._running: set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """Close the threads on which the authority is asked."""
        self._threads.stop()

    async def ask(self, scope: Scope, topics: list[str]) -> Grant:
        """Return the authority's word on a request; raises whatever the authority raises."""
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key, text = name.decode("latin-1"), value.decode("latin-1")
            headers[key] = f"{headers[key]}, {text}" if key in headers else text
        cookies = parse_cookie(headers.get("cookie", ""))
        grant = await self._threads.run(lambda: self._authorise(headers, cookies, topics))
        if grant.valid_until and grant.valid_until <= moment.now():
            return Grant(frozenset(), grant.visibility, grant.valid_until, grant.subject)
        return grant

    def watch(self, subscriber: Subscriber) -> None:
        """Include a client in the round."""
        subscriber.ping_at = asyncio.get_running_loop().time() + self._limits.ping
        self._plan_check(subscriber)

    def doubt(self, subscriber: Subscriber) -> None:
        """Hold a client back until the authority has spoken."""
        subscriber.hold()
        self._check_soon(subscriber)

    async def run(self, subscribers: Mapping[int, Subscriber]) -> None:
        """Go round until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = loop.time()
            while self._due and self._due[0][0] <= now:
                due, key = heapq.heappop(self._due)
                subscriber = subscribers.get(key)
                if subscriber and subscriber.due == due:
                    self._visit(subscriber, now)

    def _visit(self, subscriber: Subscriber, now: float) -> None:
        if subscriber.ping_at <= now:
            subscriber.put(PING)
            subscriber.ping_at = now + self._limits.ping
        if subscriber.check_at <= now:
            # The next check is planned when this one is done.
            subscriber.check_at = math.inf
            if subscriber.valid_until and subscriber.valid_until <= moment.now():
                subscriber.hold()
            self._check_soon(subscriber)
        self._plan_visit(subscriber)

    def _plan_check(self, subscriber: Subscriber) -> None:
        # Spread, so that clients which came together are not all checked together.
        wait = self._limits.recheck * random.uniform(0.7, 1.0)  # noqa: S311 - spreads load, no secret
        if subscriber.valid_until:
            wait = min(wait, max(0.0, (subscriber.valid_until - moment.now()).total_seconds()))
        subscriber.check_at = asyncio.get_running_loop().time() + wait
        self._plan_visit(subscriber)

    def _plan_visit(self, subscriber: Subscriber) -> None:
        subscriber.due = min(subscriber.ping_at, subscriber.check_at)
        heapq.heappush(self._due, (subscriber.due, subscriber.key))

    def _check_soon(self, subscriber: Subscriber) -> None:
        # An answer already on its way may be older than the reason to ask.
        subscriber.again = True
        if not subscriber.checking:
            subscriber.checking = True
            task = asyncio.get_running_loop().create_task(self._check(subscriber))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _check(self, subscriber: Subscriber) -> None:
        while subscriber.again and not subscriber.ended:
            subscriber.again = False
            try:
                grant = await self.ask(subscriber.scope, sorted(subscriber.topics))
            except Exception:
                logger.exception("live: the authority could not be asked; trying again")
                subscriber.again = True
                await asyncio.sleep(RETRY_SECONDS)
            else:
                if not subscriber.again:
                    self._apply(subscriber, grant)
        subscriber.checking = False

    def _apply(self, subscriber: Subscriber, grant: Grant) -> None:
        if grant.subject != subscriber.subject:
            # Somebody else sits behind the same cookie now: let the client come back as that person.
            subscriber.end()
            return
        lost = subscriber.topics.difference(grant.topics)
        subscriber.resume(grant)
        if lost:
            self._revoke(subscriber, lost)
        self._plan_check(subscriber)
