"""The hub that is made from the Django settings."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import uvicorn
from django.conf import LazySettings
from django.db import connections
from tests.foundation.live.conftest import PATIENCE, Client, nothing, until

from bangban.foundation.live import streams
from bangban.foundation.live.grants import Grant
from bangban.machinery.server import Router, configuration, listen
from bangban.machinery.wsgi import WsgiAdapter

USED: list[int] = []


def authority(headers: dict[str, str], cookies: dict[str, str], topics: list[str]) -> Grant:
    """An authority that asks the database, as the real one does."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")
    USED.append(threading.get_ident())
    return Grant([topic for topic in topics if topic != "case:2"])


@pytest.fixture
def port(settings: LazySettings, transactional_db: None) -> Iterator[int]:
    settings.BANGBAN_LIVE_AUTHORITY = f"{__name__}.authority"
    settings.BANGBAN_LIVE_LIMITS = {"streams_per_address": 3}
    settings.DATABASES["default"] = dict(connections["default"].settings_dict)
    hub = streams.application()
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(configuration(Router(WsgiAdapter(nothing, threads=1), {"/live/": hub})))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    until(lambda: server.started and hub.follows)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(PATIENCE)


def test_the_authority_named_in_the_settings_decides(port: int) -> None:
    refused, allowed = Client(port, "topics=case:2", {}), Client(port, "topics=case:1", {})
    state = streams.status()
    allowed.close()
    refused.close()
    assert (refused.status, allowed.status) == (403, 200)
    assert set(USED) != {threading.get_ident()}
    assert state is not None
    assert (state.follows, state.streams) == (True, 1)
