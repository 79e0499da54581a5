"""Where a command finds the database: the address given, else the embedded one of the data folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def data_dir() -> Path:
    """Return the data folder."""
    return Path(os.environ.get("DATA", ".data")).resolve()


@contextmanager
def with_database() -> Iterator[str]:
    """Give the database's address, started when it is the embedded one and nobody runs it yet.

    While a demo runs on the same data folder its server is used.
    """
    if url := os.environ.get("BANGBAN_DATABASE_URL"):
        yield url
        return
    from bangban.machinery.errors import AlreadyRunning
    from bangban.machinery.postgres import EmbeddedPostgres

    server = EmbeddedPostgres(data_dir())
    try:
        server.start()
    except AlreadyRunning:
        os.environ["BANGBAN_DATABASE_URL"] = server.url
        yield server.url
        return
    os.environ["BANGBAN_DATABASE_URL"] = server.url
    try:
        yield server.url
    finally:
        server.stop()
