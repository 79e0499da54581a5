"""The process that stands between Asterisk and the house: listens, writes down, acts, delivers; survives both being away."""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from bangban.foundation.clocks.moment import now
from bangban.services.telephony.asterisk import agents, notes
from bangban.services.telephony.asterisk.ari import Gone
from bangban.services.telephony.asterisk.commands import Commands
from bangban.services.telephony.asterisk.handing_over import HandingOver
from bangban.services.telephony.asterisk.mapping import entering, events_of, read
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

LONGEST_WAIT = 30.0


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
    ) -> None:
        self.settings = settings
        self.commands = Commands(settings)
        self.router = Router(self.commands, pick)
        self.spool = Spool(folder / settings.exchange)
        self._handing_over = HandingOver(self.spool, door or RoomDoor())
        self._carry_out = carry_out
        self._ending = threading.Event()
        self._looked = 0.0

    def run(self) -> None:
        """Work until `end`; connect again after every break, later and later up to half a minute."""
        self._handing_over.start()
        failures = 0
        try:
            while not self._ending.is_set():
                began = time.monotonic()
                try:
                    self._listen()
                except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError, Gone) as error:
                    failures = 0 if time.monotonic() - began > LONGEST_WAIT else failures + 1
                    if not self._ending.is_set():
                        logger.warning("the exchange is away: %s", error)
                    self._ending.wait(min(LONGEST_WAIT, 0.2 * 2**failures) * random.uniform(0.5, 1))  # noqa: S311
        finally:
            self._handing_over.end()
            self.spool.close()

    def end(self) -> None:
        """Let `run` return soon."""
        self._ending.set()

    def _listen(self) -> None:
        with connect(self.settings.socket, additional_headers=self.commands.ari.headers, open_timeout=10) as socket:
            self._catch_up()
            while not self._ending.is_set():
                self._hear(socket)
                if time.monotonic() - self._looked > LISTEN:
                    self._look()

    def _hear(self, socket: ClientConnection) -> None:
        try:
            self.take(json.loads(socket.recv(timeout=LISTEN)))
        except TimeoutError:
            return
        except (ValueError, TypeError) as error:
            logger.error("a message could not be read: %s", error)

    def take(self, raw: dict[str, Any]) -> None:
        """Write down what a message means, and only then act on it."""
        message = read(raw, now())
        events = events_of(message, self.settings.exchange, self.settings.languages)
        self.spool.append(events)
        try:
            self.router.take(message, _language_of(events))
        except Unreachable as error:
            logger.warning("not done: %s", error)
        except Exception:
            # One call that cannot be handled must not take the others down; what was seen is written down already.
            logger.exception("message %s of call %s was not acted on", message.type, message.part.call)
            close_old_connections()

    def _look(self) -> None:
        """Find agents for waiting calls and do what the house has asked; a database that is away is waited for."""
        self._looked = time.monotonic()
        try:
            self._carry_out(self.commands)
            self.router.distribute()
        except (OperationalError, InterfaceError) as error:
            logger.warning("the database is away: %s", error)
            close_old_connections()

    def _catch_up(self) -> None:
        """After a break: tell the end of calls that ended in it, and the beginning of those that came in it."""
        at = now()
        ended, strangers = self.router.look_around()
        self.spool.append([self._lost(live, at) for live in ended])
        for channel in strangers:
            message = read(entering(channel), at)
            events = events_of(message, self.settings.exchange, self.settings.languages)
            self.spool.append(events)
            self.router.speaks(message.part.call, _language_of(events))
        self.router.distribute()

    def _lost(self, live: Live, at: datetime) -> ExchangeEvent:
        return ExchangeEvent(
            exchange=self.settings.exchange,
            id=f"lost~{live.call}"[:100],
            call=live.call,
            kind="hung_up" if live.talking or outgoing(live.call) else "abandoned",
            at=at,
            by="system",
            note="连接中断期间结束",
        )


def _language_of(events: Sequence[ExchangeEvent]) -> str:
    return next((event.language for event in events if event.language), "")
