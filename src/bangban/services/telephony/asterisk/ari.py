"""Asterisk's REST interface, as far as the house needs it."""

from __future__ import annotations

import base64
import http.client
import json
import threading
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from bangban.services.telephony.asterisk.settings import Settings
from bangban.services.telephony.exchange import Unreachable

SECONDS = 5.0
GONE = (404, 409, 422)
"""A channel or bridge that has just ended, or is not where it was."""

MOVES = ("addChannel", "removeChannel")
"""Here Asterisk says 400 for a channel that has ended."""


class Gone(LookupError):
    """The channel or bridge has ended, or does not take this now."""


class Ari:
    """One server; connections are kept, one for each thread."""

    def __init__(self, settings: Settings) -> None:
        parts = urlsplit(settings.url)
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname or "", parts.port
        self._own = threading.local()
        code = base64.b64encode(f"{settings.user}:{settings.password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {code}"}

    def get(self, *path: str) -> Any:
        """Read something."""
        return self._ask("GET", path, {})

    def post(self, *path: str, **query: str) -> Any:
        """Do something."""
        return self._ask("POST", path, query)

    def delete(self, *path: str) -> Any:
        """End something."""
        return self._ask("DELETE", path, {})

    def _ask(self, method: str, path: tuple[str, ...], query: dict[str, str]) -> Any:
        """Raises Gone for what has ended, Unreachable when the server does not answer or refuses."""
        address = "/ari/" + "/".join(quote(part, safe="~") for part in path)
        if query:
            address += "?" + urlencode(query)
        status, content = self._send(method, address)
        if status in GONE or (status == 400 and path[-1] in MOVES):
            raise Gone(f"{method} {'/'.join(path)}: {status}")
        if status >= 300:
            raise Unreachable(f"电话交换机拒绝了这个操作（{status}），请稍后再试，或联系系统管理员。")
        try:
            return json.loads(content) if content else None
        except ValueError as error:
            raise Unreachable("电话交换机的回答无法识别，请联系系统管理员检查它的地址。") from error

    def _send(self, method: str, address: str) -> tuple[int, bytes]:
        """Send once, and once more over a new connection when the kept one turns out to be closed."""
        for turn in range(2):
            connection = getattr(self._own, "connection", None)
            fresh = connection is None
            if connection is None:
                kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
                connection = self._own.connection = kind(self._host, self._port, timeout=SECONDS)
            try:
                connection.request(method, address, headers=self.headers)
                answer = connection.getresponse()
                return answer.status, answer.read()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                self._own.connection = None
                closed = isinstance(error, http.client.RemoteDisconnected | ConnectionResetError | BrokenPipeError)
                if turn or fresh or not closed:
                    raise Unreachable("电话交换机没有响应，请稍后再试，或联系系统管理员。") from error
        raise AssertionError
