"""Handing out a sound file so that a player can move within it; nothing of it stays in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase

Answer = TypeVar("Answer", bound=HttpResponseBase)

TYPES = {".wav": "audio/wav", ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".m4a": "audio/mp4"}
RANGE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{0,15})", re.ASCII)
CHUNK = 65_536


def sound_response(path: Path, wanted: str = "") -> HttpResponse | FileResponse:
    """Answer a file, or the one stretch of it that a `Range` header asks for (206); 416 beyond its end."""
    size = path.stat().st_size
    found = RANGE.fullmatch(wanted)
    first, last = 0, size - 1
    if found:
        first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
        if first > last:
            response = HttpResponse(status=416)
            response.headers["Content-Range"] = f"bytes */{size}"
            return _guarded(response)
    stretch = _stretch(path, first, last + 1 - first)
    answer = FileResponse(stretch, content_type=TYPES.get(path.suffix.lower(), "application/octet-stream"))
    answer.headers["Content-Length"] = str(last + 1 - first)
    answer.headers["Accept-Ranges"] = "bytes"
    if found:
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _guarded(answer)


def _guarded(response: Answer) -> Answer:
    """Keep the answer out of caches, and from being taken for a page."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = 'attachment; filename="recording"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _stretch(path: Path, first: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as content:
        content.seek(first)
        while length > 0 and (chunk := content.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
