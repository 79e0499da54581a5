"""From the spool to the house: again and again until the house has taken what was seen."""

from __future__ import annotations

import logging
import threading

from bangban.services.telephony.asterisk.spool import Spool
from bangban.services.telephony.simulation.doors import MOST, Door, NotTaken

logger = logging.getLogger("bangban.telephony.asterisk")
WAITS = (0.2, 0.5, 1.0, 2.0, 5.0)


class HandingOver(threading.Thread):
    """Delivers in the background, so that a house that is away does not hold up the calls."""

    def __init__(self, spool: Spool, door: Door) -> None:
        super().__init__(daemon=True, name="handing-over")
        self._spool, self._door = spool, door
        self._ending = threading.Event()

    def run(self) -> None:
        """Deliver until told to end."""
        from django.db import close_old_connections, connection

        failures = 0
        while not self._ending.is_set():
            if not self._spool.filled.wait(0.5):
                continue
            try:
                self.deliver()
                failures = 0
            except NotTaken as error:
                if failures == 0:
                    logger.warning("events are kept until the house takes them: %s", error)
                failures = self._wait(failures)
            except Exception:
                # Whatever it was, the events are still written down, and a thread that ends delivers nothing any more.
                logger.exception("events could not be delivered and are tried again")
                close_old_connections()
                failures = self._wait(failures)
        connection.close()

    def _wait(self, failures: int) -> int:
        self._ending.wait(WAITS[min(failures, len(WAITS) - 1)])
        return failures + 1

    def deliver(self) -> None:
        """Deliver one batch; an event that the house refuses is told of and passed over, or nothing would follow it."""
        events, place = self._spool.waiting(MOST)
        if events:
            for name, sentence in self._door.send(events).refused:
                logger.error("the house refuses event %s: %s", name, sentence)
        self._spool.take(place)

    def end(self) -> None:
        """Stop; what is not delivered stays in the spool."""
        self._ending.set()
        self.join(5)
