"""Holds the open streams of one process and hands every frame to those who may see it."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
from dataclasses import dataclass

from bangban.foundation.live.admission import Admission
from bangban.foundation.live.checks import Checks
from bangban.foundation.live.frames import Frame, Passing, event
from bangban.foundation.live.grants import Authorise
from bangban.foundation.live.history import History
from bangban.foundation.live.listener import Listener
from bangban.foundation.live.recent import Recent
from bangban.foundation.live.rules import ACCESS
from bangban.foundation.live.stream import Stream
from bangban.foundation.live.subscriber import Subscriber
from bangban.machinery.asgi_types import Receive, Scope, Send

RETRY_SPREAD_MILLISECONDS = (500, 4000)
FAREWELL_SECONDS = 1.0

logger = logging.getLogger("bangban.live")


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes and intervals (seconds) of a hub."""

    streams: int = 10_000
    streams_per_address: int = 1_000
    topics: int = 50
    pending: int = 256
    recent: int = 4_096
    page: int = 500
    ping: float = 20.0
    recheck: float = 60.0
    authority_threads: int = 2
    connections: int = 3


class Hub:
    """An ASGI application that serves `GET /live/?topics=…` as a server-sent event stream."""

    def __init__(self, conninfo: str, authorise: Authorise, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.admission = Admission(self.limits.streams, self.limits.streams_per_address)
        self.history = History(conninfo, self.limits.connections)
        self.recent = Recent(self.limits.recent)
        self.listener = Listener(conninfo, self.history, self.publish, self.pass_on, self.start_over)
        self.checks = Checks(authorise, self.limits, self.drop)
        self.stopping = False
        self.keys = itertools.count()
        self.subscribers: dict[int, Subscriber] = {}
        self._by_topic: dict[str, set[Subscriber]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def last(self) -> int:
        """The newest number this process has heard of."""
        return self.listener.last

    @property
    def ready(self) -> bool:
        """Whether new streams can be served: also while the connection to the database is being mended."""
        return self.listener.began and not self.stopping

    @property
    def follows(self) -> bool:
        """Whether the database is being followed right now."""
        return self.listener.follows.is_set()

    async def start(self) -> None:
        """Begin to follow the database; it may come up later."""
        self._tasks = [
            asyncio.create_task(self.listener.run(), name="live-listener"),
            asyncio.create_task(self.checks.run(self.subscribers), name="live-checks"),
        ]

    def closing(self) -> None:
        """End all streams; the clients come back spread over a few seconds."""
        if not self.stopping:
            self.stopping = True
            for subscriber in list(self.subscribers.values()):
                pause = random.randint(*RETRY_SPREAD_MILLISECONDS)  # noqa: S311 - spreads load, no secret
                subscriber.end(b"retry: %d\n\n" % pause)
            asyncio.get_running_loop().call_later(FAREWELL_SECONDS, self._cut_all)

    async def stop(self) -> None:
        """Stop following and give the connections back."""
        self.stopping = True
        self._cut_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.checks.stop()
        await self.history.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one stream, to its end."""
        await Stream(self, scope, receive, send).serve()

    def join(self, subscriber: Subscriber) -> None:
        """From now on the subscriber gets what happens."""
        self.subscribers[subscriber.key] = subscriber
        for topic in self._listens_to(subscriber):
            self._by_topic.setdefault(topic, set()).add(subscriber)
        self.checks.watch(subscriber)

    def leave(self, subscriber: Subscriber) -> None:
        """The subscriber is gone."""
        subscriber.ended = True
        self.subscribers.pop(subscriber.key, None)
        self._forget(subscriber, self._listens_to(subscriber))

    def drop(self, subscriber: Subscriber, topics: frozenset[str]) -> None:
        """The subscriber has lost the right to some of its topics; without any left its stream ends."""
        self._forget(subscriber, topics)
        subscriber.put(event("revoked", {"topics": sorted(topics)}))
        if not subscriber.topics:
            subscriber.end()

    def publish(self, frame: Frame) -> None:
        """Hand a numbered frame to everybody who listens to one of its topics, once."""
        self.recent.add(frame)
        listening: set[Subscriber] = set()
        for topic in frame.topics:
            found = self._by_topic.get(topic, ())
            if topic.startswith(ACCESS):
                for subscriber in found:
                    self.checks.doubt(subscriber)
            listening.update(found)
        for subscriber in listening:
            if not subscriber.topics.isdisjoint(frame.topics):
                subscriber.offer(frame)

    def pass_on(self, passing: Passing) -> None:
        """Hand an ephemeral sign to whoever listens right now."""
        for subscriber in self._by_topic.get(passing.topic, ()):
            if passing.visibility in subscriber.levels and passing.topic in subscriber.topics:
                subscriber.put(passing)

    def start_over(self, seq: int) -> None:
        """Tell everybody to reload, because the frames up to `seq` cannot be told one by one."""
        self.recent.restart(seq)
        for subscriber in list(self.subscribers.values()):
            subscriber.cursor = seq
            subscriber.put(event("reset", {"seq": seq}, seq))

    def _cut_all(self) -> None:
        for subscriber in list(self.subscribers.values()):
            subscriber.cut()

    def _listens_to(self, subscriber: Subscriber) -> frozenset[str]:
        if subscriber.subject:
            return subscriber.topics | {ACCESS + subscriber.subject}
        return subscriber.topics

    def _forget(self, subscriber: Subscriber, topics: frozenset[str]) -> None:
        for topic in topics:
            if found := self._by_topic.get(topic):
                found.discard(subscriber)
                if not found:
                    del self._by_topic[topic]
