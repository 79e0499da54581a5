"""Ports for servers in other processes.

A port that was found free and given back may be somebody else's by the time the server has loaded: two workers test here.
"""

from __future__ import annotations

import socket

_kept: list[socket.socket] = []


def kept_port() -> int:
    """Return a port that the system gives to nobody else while this process runs.

    It stays bound here by a socket that never listens, beside which a server that reuses addresses may listen (Linux).
    """
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    _kept.append(keeper)
    port: int = keeper.getsockname()[1]
    return port
