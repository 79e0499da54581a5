"""What all tests share; the database comes from tests/server.py."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

@pytest.fixture(autouse=True)
def _forget_memories() -> Iterator[None]:
    """Drop what rooms remember for a minute, and any shift of the clock."""
    from bangban.foundation.clocks import moment
    from bangban.foundation.clocks import reads as clocks
    from bangban.registry.org import reads as org
    from bangban.services.cases import numbers

    clocks.forget()
    org.forget()
    numbers.forget_block()
    yield
    moment.set_shift(timedelta())


@pytest.fixture(scope="session")
def project_root() -> Path:
    """Return the folder of the checkout."""
    return Path(__file__).resolve().parent.parent
