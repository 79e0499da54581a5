"""Bringing events to a door: in batches, over several connections, again and again until they are taken."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from queue import Queue
from typing import Final

from bangban.foundation.clocks.moment import now
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.simulation.doors import MOST, Door, NotTaken

WAITS: Final = (0.1, 0.2, 0.5, 1.0, 2.0)
GIVE_UP_AFTER = 120.0
"""Seconds of repeating one delivery before the playing ends with its error."""

HELD_BACK = 0.1
"""Seconds for which events are gathered into a batch when they come in real time."""

Due = Iterable[tuple[datetime, ExchangeEvent]]


@dataclass
class Sent:
    """What became of the deliveries; `seconds` of each that was taken, `began` and `until` on the steady clock."""

    events: int = 0
    accepted: int = 0
    known: int = 0
    batches: int = 0
    repeated: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    began: float = 0.0
    until: float = 0.0


class Couriers:
    """Threads with a door each; a call's events go out over all of them, so that they overtake each other."""

    def __init__(self, doors: Sequence[Door]) -> None:
        self.sent = Sent()
        self._lock = threading.Lock()
        self._bags: Queue[list[ExchangeEvent] | None] = Queue(maxsize=len(doors) * 4)
        self._error: BaseException | None = None
        self._threads = [threading.Thread(target=self._work, args=(door,), daemon=True) for door in doors]
        for thread in self._threads:
            thread.start()

    def carry(self, events: list[ExchangeEvent]) -> None:
        """Give events to whoever is free; waits while all are at work. Raises what made a courier give up."""
        for begin in range(0, len(events), MOST):
            if self._error:
                raise self._error
            self._bags.put(events[begin : begin + MOST])

    def finish(self) -> Sent:
        """Wait until everything is delivered."""
        for _ in self._threads:
            self._bags.put(None)
        for thread in self._threads:
            thread.join()
        if self._error:
            raise self._error
        return self.sent

    def _work(self, door: Door) -> None:
        from django.db import connection

        try:
            while (events := self._bags.get()) is not None:
                if self._error is None:
                    self._bring(door, events)
        except BaseException as error:
            self._error = error
            while self._bags.get() is not None:
                pass
        finally:
            connection.close()

    def _bring(self, door: Door, events: list[ExchangeEvent]) -> None:
        began = time.monotonic()
        for turn in range(10_000):
            sending = time.monotonic()
            try:
                told = door.send(events)
            except NotTaken:
                with self._lock:
                    self.sent.repeated += 1
                if time.monotonic() - began > GIVE_UP_AFTER:
                    raise
                time.sleep(WAITS[min(turn, len(WAITS) - 1)])
                continue
            with self._lock:
                self.sent.events += len(events)
                self.sent.accepted += told.accepted
                self.sent.known += told.known
                self.sent.batches += 1
                self.sent.refused += told.refused
                self.sent.until = time.monotonic()
                self.sent.began = self.sent.began or sending
                self.sent.seconds.append(self.sent.until - sending)
            return


def bring(due: Due, couriers: Couriers, *, real_time: bool) -> Sent:
    """Deliver all events; in real time each at its moment of the house's clock, otherwise as fast as they are taken."""
    bag: list[ExchangeEvent] = []
    since = time.monotonic()
    for moment, event in due:
        wait = (moment - now()).total_seconds() if real_time else 0.0
        age = time.monotonic() - since
        if len(bag) >= MOST or (real_time and bag and age + max(0.0, wait) > HELD_BACK):
            couriers.carry(bag)
            bag = []
        if wait > 0:
            time.sleep(wait)
        if not bag:
            since = time.monotonic()
        bag.append(event)
    couriers.carry(bag)
    return couriers.finish()
