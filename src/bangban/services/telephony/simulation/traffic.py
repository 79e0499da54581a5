"""`traffic(seed, …)`: the events of a time of playing, in the order of the exchange's clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.simulation.line import Line
from bangban.services.telephony.simulation.plan import at_rate
from bangban.services.telephony.simulation.seats import Seat, invented


def traffic(
    seed: int, begins: datetime, calls: int, rate: float, seats: tuple[Seat, ...] = ()
) -> Iterator[ExchangeEvent]:
    """Yield the events of `calls` callers at `rate` a second; people who redial come on top. The same seed, the same."""
    yield from Line(at_rate(seed, begins, calls, rate, seats or invented(20, seed))).events()
