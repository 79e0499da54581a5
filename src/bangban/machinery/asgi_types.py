"""The shapes of the ASGI interface, as far as this house uses it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

TRANSPORT = "bangban.transport"
"""Key of the scope under which our protocol hands over the connection, so that a dead peer can be cut off."""


async def cut(scope: Scope, receive: Receive) -> None:
    """Break the connection so that the client cannot take a half response for a whole one.

    Raises ConnectionAbortedError on a server that does not hand over its connections.
    """
    transport = scope.get(TRANSPORT)
    if transport is None:
        raise ConnectionAbortedError("the response could not be completed")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
