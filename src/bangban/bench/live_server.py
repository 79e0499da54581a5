"""The server that the live measurement loads: a hub in its ordinary server process, with an authority that grants all.

Started as `python -m bangban.bench.live_server CONNINFO PORT`.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import uvicorn

from bangban.foundation.live.grants import Grant
from bangban.foundation.live.hub import Hub, Limits
from bangban.machinery.server import Router, configuration, keep_punctual, listen, raise_file_limit
from bangban.machinery.wsgi import WsgiAdapter

MANY = 100_000


def grant_all(headers: dict[str, str], cookies: dict[str, str], topics: list[str]) -> Grant:
    """Let everybody hear everything, so that the hub is measured and not the rights."""
    return Grant(topics)


def nothing(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answer pages, of which there are none."""
    start_response("404 Not Found", [])
    return []


def end_with_starter() -> None:
    """Stop when standard input ends, which it also does when the measurement is killed."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Serve until SIGTERM or the end of standard input."""
    conninfo, port = sys.argv[1], int(sys.argv[2])
    threading.Thread(target=end_with_starter, daemon=True).start()
    raise_file_limit()
    hub = Hub(conninfo, grant_all, Limits(streams=MANY, streams_per_address=MANY))
    router = Router(WsgiAdapter(nothing, threads=1), {"/live/": hub})
    keep_punctual()
    uvicorn.Server(configuration(router)).run(sockets=[listen("127.0.0.1", port)])


if __name__ == "__main__":
    main()
