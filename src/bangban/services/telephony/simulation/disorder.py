"""What a network does to events on their way: most come at once, some late, some twice, and so out of order."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random

from bangban.services.telephony.events import ExchangeEvent


@dataclass(frozen=True)
class Network:
    """Shares between 0 and 1; delays in seconds."""

    doubled: float = 0.03
    jittered: float = 0.2
    jitter: float = 2.0
    late: float = 0.01
    latest: float = 20.0

    def delay(self, dice: Random) -> float:
        """Return how late one event comes."""
        draw = dice.random()
        if draw < self.late:
            return dice.uniform(self.jitter, self.latest)
        return dice.uniform(0, self.jitter) if draw < self.late + self.jittered else 0.0


def delivered(
    events: Iterable[ExchangeEvent], seed: int, network: Network | None = None
) -> Iterator[tuple[datetime, ExchangeEvent]]:
    """Yield when each event comes out of the network, in that order; each at least once."""
    network, dice, order = network or Network(), Random(f"network {seed}"), count()  # noqa: S311
    under_way: list[tuple[datetime, int, ExchangeEvent]] = []
    for event in events:
        for _ in range(1 + (dice.random() < network.doubled)):
            due = event.at + timedelta(seconds=network.delay(dice))
            heapq.heappush(under_way, (due, next(order), event))
        while under_way and under_way[0][0] <= event.at:
            due, _, come = heapq.heappop(under_way)
            yield due, come
    while under_way:
        due, _, come = heapq.heappop(under_way)
        yield due, come
