"""Translates an ASGI request into a WSGI environment (PEP 3333)."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from bangban.machinery.asgi_types import Scope

REQUEST_ID = "bangban.request_id"
"""Key of the environment under which the application finds the number of its request."""

OWN_KEYS = {"CONTENT_TYPE": "CONTENT_TYPE", "CONTENT_LENGTH": None, "TRANSFER_ENCODING": None}


def make_environ(scope: Scope, body: IO[bytes], size: int, request_id: str) -> dict[str, Any]:
    """Return the environment for a request whose body of `size` bytes is complete.

    CONTENT_LENGTH is the real size, also for a chunked request. Headers with an underscore are dropped, because a
    client could pass them off as the ones with a hyphen.
    """
    host, port = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    prefix = scope.get("root_path", "")
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": prefix.encode().decode("latin-1"),
        "PATH_INFO": _path(scope).removeprefix(prefix.encode()).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": str(host),
        "SERVER_PORT": str(port or 0),
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        REQUEST_ID: request_id,
    }
    environ.update(_headers(scope["headers"]))
    environ["CONTENT_LENGTH"] = str(size) if size else ""
    return environ


def _path(scope: Scope) -> bytes:
    raw = scope.get("raw_path")
    return scope["path"].encode() if raw is None else unquote_to_bytes(raw)


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        if b"_" in name:
            continue
        plain = name.decode("latin-1").upper().replace("-", "_")
        key = OWN_KEYS.get(plain, f"HTTP_{plain}")
        if key is None:
            continue
        text = value.decode("latin-1")
        if key in found:
            text = found[key] + ("; " if key == "HTTP_COOKIE" else ",") + text
        found[key] = text
    return found
