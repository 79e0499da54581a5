"""Where delivered events go in: the HTTP interface of a house, or the room itself."""

from __future__ import annotations

import http.client
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import msgspec

from bangban.foundation.clocks.moment import now
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.simulation.plan import CITY
from bangban.services.telephony.simulation.truth import Counted

MOST = 500
"""Events in one delivery."""

PATH = "/api/v1/hotline"
SECONDS = 30.0
CLOSED = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)


class Taken(msgspec.Struct):
    """What a house answers to a delivery."""

    accepted: int = 0
    known: int = 0
    refused: list[tuple[str, str]] = []


class NotTaken(ConnectionError):
    """The house did not answer, or could not take the events now; the same delivery is to be made again."""


class Door(Protocol):
    """Takes events; the same events again are harmless."""

    def send(self, events: Sequence[ExchangeEvent]) -> Taken:
        """Deliver up to 500 events; raises NotTaken when it has to be repeated."""

    def figures(self, day: date) -> Counted:
        """Return what the wall says of a day's calls."""


class RoomDoor:
    """Straight into this process's database."""

    def send(self, events: Sequence[ExchangeEvent]) -> Taken:
        """Deliver; raises NotTaken when the database is away."""
        from django.db import InterfaceError, OperationalError, close_old_connections

        from bangban.services.telephony.actions import receive

        try:
            told = receive(events)
        except (OperationalError, InterfaceError) as error:
            close_old_connections()
            raise NotTaken(str(error)) from error
        return Taken(told.accepted, told.known, list(told.refused))

    def figures(self, day: date) -> Counted:
        """Return what the wall says of a day's calls."""
        from bangban.services.telephony.reads import total, wall

        told = wall().today if day == _today() else total(day, day)
        return Counted(told.offered, told.answered, told.lost, told.answered_in_15, told.lost_late)


class HttpDoor:
    """The HTTP interface, over one connection that is kept open; one thread at a time."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise LookupError(f"{url!r} is no address of a house; write http://HOST:PORT.")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=SECONDS)
        self._path = parts.path.rstrip("/") + PATH
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def send(self, events: Sequence[ExchangeEvent]) -> Taken:
        """Deliver; NotTaken when it has to be repeated, PermissionError or LookupError when repeating cannot help."""
        told = self.ask("POST", "/calls/events", msgspec.json.encode({"events": events}))
        refused = [(one["id"], one["detail"]) for one in told["refused"]]
        return Taken(told["accepted"], told["known"], refused)

    def figures(self, day: date) -> Counted:
        """Return what the wall says of a day's calls."""
        past = day != _today()
        told = self.ask("GET", f"/figures?from={day}&to={day}") if past else self.ask("GET", "/wall")["today"]
        lost = told["abandoned"] + told["missed"]
        return Counted(told["offered"], told["answered"], lost, told["answered_in_15"], told["lost_late"])

    def clock(self) -> datetime:
        """Return the house's own time, which a demo may have moved."""
        return datetime.fromisoformat(self.ask("GET", "/wall")["at"])

    def ask(self, method: str, path: str, body: bytes = b"") -> dict[str, Any]:
        """Return the answer of an address below /hotline."""
        try:
            status, content = self._send(method, path, body)
        except CLOSED:
            # A house closes connections that were quiet for some seconds; that is not yet a failure.
            status, content = self._send(method, path, body)
        if status == 200:
            return dict(msgspec.json.decode(content))
        detail = content[:300].decode(errors="replace")
        if status == 429 or status >= 500:
            raise NotTaken(f"The house answers {status}: {detail}")
        if status in (401, 403):
            raise PermissionError(f"The house refuses the token: {detail}")
        raise LookupError(f"The house answers {status}: {detail}")

    def _send(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        kept = self._connection.sock is not None
        try:
            self._connection.request(method, self._path + path, body, self._headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            if kept and isinstance(error, CLOSED):
                raise
            raise NotTaken(f"The house does not answer: {error or type(error).__name__}.") from error


def _today() -> date:
    return now().astimezone(CITY).date()
