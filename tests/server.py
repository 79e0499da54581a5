"""One real PostgreSQL for the whole run: the server named by BANGBAN_DATABASE_URL, or an embedded one of our own.

Loaded with `-p tests.server`, so that the address is known before Django reads its settings. The workers of a parallel
run inherit the controller's.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

_scratch = tempfile.TemporaryDirectory(prefix="bangban-test-", ignore_cleanup_errors=True)
os.environ["DATA"] = str(Path(_scratch.name) / "data")
os.environ.setdefault("BANGBAN_POOL", "24")
_server = None

if not os.environ.get("BANGBAN_DATABASE_URL"):
    from bangban.machinery.postgres import fresh_test_server

    _server = fresh_test_server()
    _server.start()
    os.environ["BANGBAN_DATABASE_URL"] = _server.url


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the database of this run."""
    if _server is not None:
        _server.stop()
    _scratch.cleanup()
