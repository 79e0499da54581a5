"""The process that stands between Asterisk and the house: listens, writes down, acts, delivers; survives both being away."""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from bangban.foundation.clocks.moment import now
from bangban.services.telephony.asterisk import agents, looking, notes
from bangban.services.telephony.asterisk.ari import Gone
from bangban.services.telephony.asterisk.commands import Commands
from bangban.services.telephony.asterisk.handing_over import HandingOver
from bangban.services.telephony.asterisk.mapping import events_of, read
from bangban.services.telephony.asterisk.names import outgoing
from bangban.services.telephony.asterisk.routing import Live, Pick, Router
from bangban.services.telephony.asterisk.settings import Settings
from bangban.services.telephony.asterisk.spool import Spool
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.exchange import Unreachable
from bangban.services.telephony.simulation.doors import Door, RoomDoor

logger = logging.getLogger("bangban.telephony.asterisk")
LISTEN = 0.25
"""Seconds without a message after which the adapter looks for commands and free agents."""

COMPARE, COMPARE_AGAIN = 60.0, 2.0
"""Seconds after which the server is compared with what is known, and after which it is when something failed."""

LONGEST_WAIT = 30.0
MANY = 8
"""So many failures in a row that the next try is made after the longest wait."""

REPLACED = "ApplicationReplaced"
PING, PONG = 10.0, 10.0
"""Seconds between two signs of life, and how long one may take: a line that is open on one side only is dead."""


class Replaced(ConnectionError):
    """Another program listens for this application now: two that take turns would both act on every call."""


class Adapter:
    """One Asterisk server connected to this house."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        *,
        door: Door | None = None,
        pick: Pick = agents.pick,
        carry_out: Callable[[Commands], object] = notes.carry_out,
        still_open: Callable[[str], Mapping[str, bool]] = agents.still_open,
    ) -> None:
        self.settings = settings
        self.commands = Commands(settings)
        self.router = Router(self.commands, pick)
        self.spool = Spool(folder / settings.exchange)
        self._handing_over = HandingOver(self.spool, door or RoomDoor())
        self._carry_out = carry_out
        self._still_open = still_open
        self._asked = False
        self._ending = threading.Event()
        self._looked = self._compared = 0.0

    def run(self) -> None:
        """Work until `end`; connect again after every break, later and later up to half a minute."""
        self._handing_over.start()
        failures = 0
        try:
            while not self._ending.is_set():
                began = time.monotonic()
                try:
                    self._listen()
                except Replaced as error:
                    logger.error("another adapter listens for this application now: %s", error)
                    failures = MANY
                except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError, Gone) as error:
                    failures = 1 if time.monotonic() - began > LONGEST_WAIT else failures + 1
                    if not self._ending.is_set():
                        logger.warning("the exchange is away: %s", error)
                except Exception:
                    # An answer that nobody foresaw must not leave all calls alone.
                    failures = min(failures + 1, MANY)
                    logger.exception("the exchange could not be listened to")
                if not self._ending.is_set():
                    self._ending.wait(min(LONGEST_WAIT, 0.2 * 2**failures) * random.uniform(0.5, 1))  # noqa: S311
        finally:
            self._handing_over.end()
            self.spool.close()

    def end(self) -> None:
        """Let `run` return soon."""
        self._ending.set()

    def _listen(self) -> None:
        with connect(
            self.settings.socket, additional_headers=self.commands.ari.headers, open_timeout=10,
            ping_interval=PING, ping_timeout=PONG, close_timeout=2, proxy=None,
        ) as socket:  # fmt: skip
            self._asked = False
            self._compare()
            while not self._ending.is_set():
                self._hear(socket)
                if time.monotonic() - self._looked > LISTEN:
                    self._look()

    def _hear(self, socket: ClientConnection) -> None:
        try:
            raw = json.loads(socket.recv(timeout=LISTEN))
            if raw.get("type") == REPLACED:
                raise Replaced(raw.get("application"))
            self.take(raw)
        except TimeoutError:
            return
        except (ValueError, TypeError, AttributeError) as error:
            logger.error("a message could not be read: %s", error)

    def take(self, raw: dict[str, Any]) -> None:
        """Write down what a message means, and only then act on it."""
        message = read(raw, now())
        events = events_of(message, self.settings.exchange, self.settings.languages)
        self.spool.append(events)
        try:
            self.router.take(message, _language_of(events))
        except Exception:
            # One call that cannot be handled must not take the others down; what was seen is written down already.
            logger.exception("message %s of call %s was not acted on", message.type, message.part.call)
            self.router.unsure = True
            close_old_connections()
        self._tell_lost()
        if message.type == "RecordingFailed":
            logger.error("a recording failed: %s", (raw.get("recording") or {}).get("cause") or raw)

    def _look(self) -> None:
        """Find agents for waiting calls and do what the house has asked; a database that is away is waited for."""
        self._looked = time.monotonic()
        try:
            if self._looked - self._compared > (COMPARE_AGAIN if self.router.unsure else COMPARE):
                self._compare()
            if not self._asked and not self.spool.filled.is_set():
                self._end_forgotten()
            self._carry_out(self.commands)
            self.router.distribute()
        except (Gone, Unreachable) as error:
            logger.warning("the exchange does not answer: %s", error)
        except (OperationalError, InterfaceError) as error:
            logger.warning("the database is away: %s", error)
            close_old_connections()
        except Exception:
            # Whatever it was, the calls that are on must not be left alone.
            logger.exception("not everything was looked at")
            close_old_connections()

    def _compare(self) -> None:
        """Tell and mend what differs between the server and what is known here (see looking)."""
        self._compared, self.router.unsure = time.monotonic(), False
        try:
            found = looking.compare(self.router)
        except (Gone, Unreachable):
            self.router.unsure = True
            raise
        self.router.lost += found.ended
        self._tell_lost()
        for raw in found.told:
            message = read(raw, now())
            events = events_of(message, self.settings.exchange, self.settings.languages)
            self.spool.append(events)
            self.router.speaks(message.part.call, _language_of(events))
        for raw in found.missed:
            self.take(raw)

    def _end_forgotten(self) -> None:
        """Tell the end of calls that the house thinks are on and the server does not know any more.

        Only once the house has taken all that was written down: an end among it is better than a supposed one.
        """
        known = self._still_open(self.settings.exchange)
        self.router.lost += [
            Live(call, talking=talking) for call, talking in known.items() if call not in self.router.calls
        ]
        self._asked = True
        self._tell_lost()

    def _tell_lost(self) -> None:
        self.spool.append([self._lost(live, now()) for live in self.router.lost])
        self.router.lost = []

    def _lost(self, live: Live, at: datetime) -> ExchangeEvent:
        return ExchangeEvent(
            exchange=self.settings.exchange,
            id=f"lost~{live.call}"[:100],
            call=live.call,
            kind="hung_up" if live.talking or outgoing(live.call) else "abandoned",
            direction="out" if outgoing(live.call) else "in",
            at=at,
            by="system",
            note="连接中断期间结束",
        )


def _language_of(events: Sequence[ExchangeEvent]) -> str:
    return next((event.language for event in events if event.language), "")
