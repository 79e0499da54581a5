"""A provider that really listens, and messages to send."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import transaction

from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.ledger.writes import Writes
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Delivery

MORNING = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # 10:00 in the city
NIGHT = datetime(2026, 11, 18, 14, 0, tzinfo=UTC)  # 22:00 in the city
SECRET = "a-secret-of-the-provider"
PHONE = "13900000001"

Answer = tuple[int, dict[str, str], str]


@dataclass
class Provider:
    """What the provider got, and how it answers: status, headers, body."""

    url: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], Answer] = lambda call: (200, {}, '{"id": "ref-1"}')

    def keys(self) -> list[str]:
        """Return the idempotency keys in the order of arrival."""
        return [call["key"] for call in self.calls]


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """An SMS provider on a port of its own."""
    provider, guard = Provider(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        wbufsize = -1  # one packet an answer, or each call waits 40 ms for an acknowledgement

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            call = {
                "body": json.loads(body),
                "raw": body,
                "key": self.headers["Idempotency-Key"],
                "headers": self.headers,
            }
            with guard:
                provider.calls.append(call)
            status, headers, text = provider.answer(call)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 128
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_port}/send"
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("BANGBAN_SMS_URL", provider.url)
    monkeypatch.setenv("BANGBAN_NOTIFY_SECRET", SECRET)
    yield provider
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BANGBAN_SMS_URL", raising=False)
    stand_at(MORNING - timedelta(seconds=30))


def sms(
    key: str = "k1", purpose: str = "case_progress", *more: Address, text: str = "您的事项有新进展。", **given: Any
) -> Delivery:
    """Queue a message as a deed does."""
    writes = Writes()
    with transaction.atomic():
        delivery = enqueue(writes, Message(purpose, (Address("sms", PHONE), *more), text, key, **given))
        writes.run()
    return delivery


def state_of(delivery: Delivery) -> str:
    """Return the state that the database holds."""
    return Delivery.objects.values_list("state", flat=True).get(id=delivery.id)
