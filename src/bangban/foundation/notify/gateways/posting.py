"""One signed POST to a configured address: five seconds, no redirects, a bounded answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message as Headers
from typing import IO
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from bangban.foundation.notify.gateways.signing import HEADER, sign

TIMEOUT_SECONDS = 5
MOST_BYTES = 64 * 1024


class _NoRedirects(HTTPRedirectHandler):
    """Personal data goes to the configured address or nowhere."""

    def redirect_request(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Headers, newurl: str) -> None:
        return None


_opener = build_opener(_NoRedirects)


@dataclass(frozen=True)
class Reply:
    """What the other side said, whatever its status."""

    status: int
    body: bytes
    retry_after: str = ""


def post_signed(
    url: str, body: bytes, secret: bytes, headers: Mapping[str, str], timeout: float = TIMEOUT_SECONDS
) -> Reply:
    """POST a JSON body with our signature; OSError when the other side cannot be reached or is too slow.

    `url` is http or https, which whoever reads the configuration has checked.
    """
    # The real time, not the house's: the other side has its own clock.
    signature = sign(body, secret, datetime.now(UTC))
    all_headers = {"Content-Type": "application/json", HEADER: signature, **headers}
    request = Request(url, data=body, headers=all_headers, method="POST")  # noqa: S310 - scheme checked by the caller
    try:
        with _opener.open(request, timeout=timeout) as response:
            return Reply(response.status, response.read(MOST_BYTES))
    except HTTPError as error:
        with error:
            return Reply(error.code, error.read(MOST_BYTES), error.headers.get("Retry-After", ""))
