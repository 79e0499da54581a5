"""The web server: one address for the live streams (ASGI) and for the pages (Django by WSGI)."""

from __future__ import annotations

import gc
import os
import resource
import socket
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol

import uvicorn

from bangban.machinery.asgi_types import Application, Receive, Scope, Send
from bangban.machinery.http_protocol import CLOSING, GuardedProtocol
from bangban.machinery.wsgi import WsgiAdapter

GRACE_SECONDS = 2
BACKLOG = 4096
DEAD_PEER_MILLISECONDS = 60_000
SWITCH_SECONDS = 0.001
COLLECT_AT = (10_000, 10, 50)
ALIASES = {"/api/v1/live": "/live/"}
"""Programs find the stream beside the rest of the API as well."""

MOUNTS = {"/live/": "bangban.foundation.live.streams.application"}
"""Which address prefix is served by what: the dotted path of a function without arguments that returns a Mounted.

`BANGBAN_MOUNTS` in the settings replaces it.
"""


class Mounted(Protocol):
    """An ASGI application with a life of its own beside the pages."""

    async def start(self) -> None:
        """Begin; must not wait for anything that may be down."""

    def closing(self) -> None:
        """End open streams: the server is about to stop."""

    async def stop(self) -> None:
        """Give everything back."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""


class Router:
    """The one ASGI application of the server."""

    def __init__(self, pages: WsgiAdapter, mounts: Mapping[str, Mounted]) -> None:
        self._pages = pages
        self._mounts = mounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a request where its address belongs."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        elif scope["type"] == "http":
            if scope["path"].rstrip("/") in ALIASES:
                scope = {**scope, "path": ALIASES[scope["path"].rstrip("/")]}
            await self._target(scope["path"])(scope, receive, send)

    def _target(self, path: str) -> Application:
        for prefix, mounted in self._mounts.items():
            if path.startswith(prefix) or f"{path}/" == prefix:
                return mounted
        return self._pages

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                scope["state"][CLOSING] = self._closing
                for mounted in self._mounts.values():
                    await mounted.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                for mounted in self._mounts.values():
                    await mounted.stop()
                self._pages.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _closing(self) -> None:
        for mounted in self._mounts.values():
            mounted.closing()


def application() -> Router:
    """Build the router from the Django settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangban.settings")
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    pages = WsgiAdapter(get_wsgi_application(), threads=int(os.environ.get("BANGBAN_WEB_THREADS", "4")))
    mounts: Mapping[str, str] = getattr(settings, "BANGBAN_MOUNTS", MOUNTS)
    router = Router(pages, {prefix: _load(path)() for prefix, path in mounts.items()})
    keep_punctual()
    return router


def keep_punctual() -> None:
    """Keep pauses of the interpreter short, so that live events are on time; call it when everything is loaded.

    Threads that compute give way to the event loop sooner. What is loaded is never looked at again by the garbage
    collector, and the rest less often: with thousands of connections a full collection stops everything for 0.1 s.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AT)


def serve(host: str, port: int, processes: int = 1) -> None:
    """Serve until SIGTERM or SIGINT; open streams and requests are ended within 2.5 s.

    Raises OSError when the address is taken. Addresses of trusted proxies come from BANGBAN_TRUSTED_PROXIES.
    """
    raise_file_limit()
    listener = listen(host, port)
    config = configuration(f"{__name__}:application", factory=True, workers=processes)
    try:
        if processes == 1:
            uvicorn.Server(config).run(sockets=[listener])
        else:
            from uvicorn.supervisors import Multiprocess

            Multiprocess(config, sockets=[listener]).run()
    except KeyboardInterrupt:
        # Ctrl-C has done its work by then; a traceback would only frighten.
        pass
    finally:
        listener.close()


def configuration(app: Any, **options: Any) -> uvicorn.Config:
    """Return uvicorn's configuration for an application or the path of one."""
    trusted = os.environ.get("BANGBAN_TRUSTED_PROXIES", "")
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=GuardedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted or None,
        backlog=BACKLOG,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=GRACE_SECONDS,
        **options,
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a bound socket whose connections are dropped when the peer takes nothing for a minute."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_PEER_MILLISECONDS)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    listener.set_inheritable(True)
    return listener


def raise_file_limit() -> None:
    """Allow as many open files, and so connections, as the system lets this user have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _load(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)
