"""A hotline with two weeks of orders behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bangban.foundation.access.actors import Actor
from tests.hotline import Hotline, hotline_staff, make_hotline
from tests.oversight.reports.past import handled, past_order, waiting

MONDAY = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)  # 10:00 in the city; the clock stands on Wednesday the 18th


@pytest.fixture(autouse=True)
def _own_documents(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def line(db: None) -> Iterator[Hotline]:
    """A small hotline."""
    yield make_hotline()


@pytest.fixture
def busy(line: Hotline) -> Hotline:
    """The same after two weeks of work: four orders in the first week, seven in the second."""
    for day in range(4):
        past_order(line, MONDAY - timedelta(days=7 - day))
    for day in range(3):
        past_order(line, MONDAY + timedelta(days=day), source="website")
    handled(line, MONDAY)
    handled(line, MONDAY, days=6, limit=3, good=False)
    waiting(line, MONDAY + timedelta(days=1), limit=1)
    past_order(
        line,
        MONDAY,
        state="refused",
        kind="",
        refusal="litigation",
        path_told="法院",
        completed_at=None,
        direct=False,
        result_code="",
    )
    return line


@pytest.fixture
def reader(line: Hotline) -> Actor:
    """Somebody of the roads unit, which gets the reports."""
    return hotline_staff("jtj_head", "沙主任", "jtj", "service_manager")
