"""A few worker threads that never keep the process from ending."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

Result = TypeVar("Result")


class WorkerThreads:
    """Runs blocking calls for an event loop.

    The threads are daemons: at shutdown a call that hangs is left behind, where a ThreadPoolExecutor would wait for it.
    """

    def __init__(self, count: int, name: str) -> None:
        self.count = count
        self._calls: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._busy: set[int] = set()
        for number in range(count):
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True).start()

    @property
    def waiting(self) -> int:
        """How many calls no thread has begun."""
        return self._calls.qsize()

    @property
    def full(self) -> bool:
        """Whether a further call would have to wait."""
        return len(self._busy) + self.waiting >= self.count

    def submit(self, call: Callable[[], object]) -> None:
        """Have a thread make a call that reports its outcome, and its failure, by itself."""
        self._calls.put(call)

    async def run(self, call: Callable[[], Result]) -> Result:
        """Return what `call` returns or raise what it raises; when cancelled before its turn, it is never called."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Result] = loop.create_future()

        def work() -> None:
            if answer.cancelled():
                return
            try:
                result = call()
            except BaseException as error:
                post(loop, fail, answer, error)
            else:
                post(loop, succeed, answer, result)

        self._calls.put(work)
        return await answer

    def stop(self) -> None:
        """Let each thread end after what it is doing; does not wait."""
        for _ in range(self.count):
            self._calls.put(None)

    def _work(self) -> None:
        me = threading.get_ident()
        while (call := self._calls.get()) is not None:
            self._busy.add(me)
            call()
            self._busy.discard(me)


def post(loop: asyncio.AbstractEventLoop, call: Callable[..., object], *arguments: Any) -> None:
    """Have the loop call something, from another thread; silently too late when the loop has closed."""
    try:
        loop.call_soon_threadsafe(call, *arguments)
    except RuntimeError:
        if not loop.is_closed():
            raise


def succeed(answer: asyncio.Future[Result], result: Result) -> None:
    """Give a future its result, unless it was cancelled meanwhile."""
    if not answer.done():
        answer.set_result(result)


def fail(answer: asyncio.Future[Any], error: BaseException) -> None:
    """Give a future its exception, unless it was cancelled meanwhile."""
    if not answer.done():
        # A future cannot hold a StopIteration.
        answer.set_exception(RuntimeError(repr(error)) if isinstance(error, StopIteration) else error)
