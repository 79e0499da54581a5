"""The hub of this installation, made from the Django settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string
from psycopg.conninfo import make_conninfo

from bangban.foundation.live.grants import Grant
from bangban.foundation.live.hub import Hub, Limits

KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}

_hubs: list[Hub] = []


@dataclass(frozen=True, slots=True)
class Status:
    """Whether the database is being followed, up to which number, and how many streams are open."""

    follows: bool
    last: int
    streams: int


def application() -> Hub:
    """Return the hub for the default database; limits may be overridden by the dictionary BANGBAN_LIVE_LIMITS."""
    limits = Limits(**getattr(settings, "BANGBAN_LIVE_LIMITS", {}))
    hub = Hub(conninfo(settings.DATABASES["default"]), authorise, limits)
    _hubs.append(hub)
    return hub


def status() -> Status | None:
    """Return how the hub of this process is doing, for health checks and metrics; None where there is none."""
    if not _hubs:
        return None
    hub = _hubs[-1]
    return Status(hub.follows, hub.last, hub.admission.count)


def authorise(headers: dict[str, str], cookies: dict[str, str], topics: list[str]) -> Grant:
    """Ask the function named by BANGBAN_LIVE_AUTHORITY, and give the thread's database connections back after it."""
    authority = import_string(settings.BANGBAN_LIVE_AUTHORITY)
    try:
        grant: Grant = authority(headers, cookies, topics)
        return grant
    finally:
        connections.close_all()


def conninfo(database: dict[str, Any]) -> str:
    """Return the libpq connection string for an entry of Django's DATABASES."""
    options = database.get("OPTIONS", {})
    values = {
        "dbname": database["NAME"],
        "user": database.get("USER"),
        "password": database.get("PASSWORD"),
        "host": database.get("HOST"),
        "port": database.get("PORT"),
        **{key: value for key, value in options.items() if key.startswith(("ssl", "gss", "channel_binding"))},
    }
    return make_conninfo("", **KEEPALIVE, **{key: value for key, value in values.items() if value})
