"""One real PostgreSQL for the whole run: the server named by BANGBAN_DATABASE_URL, or an embedded one of our own.

Loaded with `-p tests.server`, so that the address is known before Django reads its settings. The workers of a parallel
run inherit the controller's.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

_scratch = tempfile.TemporaryDirectory(prefix="bangban-test-", ignore_cleanup_errors=True)
os.environ["DATA"] = str(Path(_scratch.name) / "data")
os.environ.setdefault("BANGBAN_POOL", "24")
_is_worker = "BANGBAN_TEST_RUN" in os.environ
os.environ.setdefault("BANGBAN_TEST_RUN", _scratch.name)
_server = None
_migrating: subprocess.Popen[bytes] | None = None

if not os.environ.get("BANGBAN_DATABASE_URL"):
    from bangban.machinery.postgres import fresh_test_server

    _server = fresh_test_server()
    _server.start()
    os.environ["BANGBAN_DATABASE_URL"] = _server.url


def pytest_configure(config: pytest.Config) -> None:
    """Migrate while the workers of a parallel run still look for their tests."""
    global _migrating
    if _server is not None and config.getoption("numprocesses", None):
        from tests import prepared

        _migrating = prepared.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the database of this run, or leave nothing in one that stays."""
    if _migrating is not None:
        _migrating.kill()
        _migrating.wait()
    if not _is_worker and _server is None:
        from tests import prepared

        prepared.remove()
    if _server is not None:
        _server.stop()
    _scratch.cleanup()
