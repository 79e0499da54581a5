"""The newest frames in memory, so that a thousand clients that come back at once do not ask the database."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from bangban.foundation.live.frames import Frame


class Recent:
    """All frames with a number above `base`, up to `size` of them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.base = 0
        self.era = 0
        self._frames: deque[Frame] = deque()
        self._by_topic: dict[str, deque[Frame]] = {}

    def restart(self, base: int) -> None:
        """Forget everything and go on after `base`, in a new era: older numbers may mean something else."""
        self.base = base
        self.era += 1
        self._frames.clear()
        self._by_topic.clear()

    def add(self, frame: Frame) -> None:
        """Take the next frame, and let go of the oldest when there are too many."""
        self._frames.append(frame)
        for topic in frame.topics:
            self._by_topic.setdefault(topic, deque()).append(frame)
        if len(self._frames) > self._size:
            self._drop_oldest()

    def covers(self, after: int) -> bool:
        """Tell whether every frame after a number is here."""
        return after >= self.base

    def since(self, after: int, topics: Iterable[str]) -> list[Frame]:
        """Return the frames of some topics after a number, in order, each once."""
        found: dict[int, Frame] = {}
        for topic in topics:
            for frame in reversed(self._by_topic.get(topic, ())):
                if frame.seq <= after:
                    break
                found[frame.seq] = frame
        return [found[seq] for seq in sorted(found)]

    def _drop_oldest(self) -> None:
        oldest = self._frames.popleft()
        self.base = oldest.seq
        for topic in oldest.topics:
            line = self._by_topic[topic]
            line.popleft()
            if not line:
                del self._by_topic[topic]
