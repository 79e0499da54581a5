"""One request through the whole of Django in this process, as the server would hand it over."""

from __future__ import annotations

import io
import sys
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _application() -> Any:
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def called(method: str, path: str, body: bytes = b"", **more: str) -> bytes:
    """Return the content of the answer; AssertionError when it is not a success."""
    place, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": place, "QUERY_STRING": query, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
        "HTTP_HOST": "127.0.0.1", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/json", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False, "wsgi.version": (1, 0), **more,
    }  # fmt: skip
    seen: list[str] = []
    answer = _application()(environ, lambda status, headers, error=None: seen.append(status))
    try:
        content = b"".join(answer)
    finally:
        answer.close()
    if not seen[0].startswith("2"):
        raise AssertionError(f"{method} {path}: {seen[0]} {content[:300]!r}")
    return content
