"""A gateway reached by a signed JSON POST; an SMS or mail provider is joined by a few lines on their side."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from http.client import HTTPException
from typing import Any

import msgspec

from bangban.foundation.notify.gateways.base import Accepted, Outgoing, Refused, Unreachable
from bangban.foundation.notify.gateways.posting import TIMEOUT_SECONDS, Reply, post_signed

ALREADY_KNOWN = 409
# Only these say that the message itself is wrong. A wrong secret or URL is our mistake: the message waits for its cure.
FINAL = frozenset({400, 410, 413, 422})


@dataclass(frozen=True)
class WebhookGateway:
    """POSTs the message with `Idempotency-Key` and a signature.

    2xx and 409 are taken, 400, 410, 413 and 422 refused, everything else is tried again.
    """

    url: str
    secret: bytes
    name: str = "webhook"
    reports: bool = False
    timeout: float = TIMEOUT_SECONDS

    def send(self, message: Outgoing) -> Accepted:
        """Send within five seconds; raises Refused or Unreachable."""
        body = msgspec.json.encode(asdict(message))
        try:
            reply = post_signed(self.url, body, self.secret, {"Idempotency-Key": message.key}, self.timeout)
        except (OSError, HTTPException) as error:
            raise Unreachable(f"连接失败：{error}"[:500]) from error
        return _judge(reply)


def _judge(reply: Reply) -> Accepted:
    if 200 <= reply.status < 300 or reply.status == ALREADY_KNOWN:
        return Accepted(_reference(reply.body))
    detail = reply.body[:500].decode("utf-8", "replace").strip()
    if reply.status in FINAL:
        raise Refused(f"网关拒绝（{reply.status}）：{detail}")
    raise Unreachable(f"网关暂不可用（{reply.status}）：{detail}", _wait(reply.retry_after))


def _wait(text: str) -> timedelta | None:
    return timedelta(seconds=int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _reference(body: bytes) -> str:
    try:
        content: Any = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return ""
    return str(content.get("id", ""))[:200] if isinstance(content, dict) else ""
