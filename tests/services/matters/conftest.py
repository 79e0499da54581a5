"""A hotline that tells what its orders say, and a memory that starts empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bangban.foundation.ledger.numbers import forget_all
from bangban.services.matters import sources
from bangban.services.matters.reads import rarities
from tests.services.matters.corpus import Hotline


@pytest.fixture
def hotline(monkeypatch: pytest.MonkeyPatch) -> Hotline:
    """Orders that exist only in this test."""
    made = Hotline()
    monkeypatch.setattr(sources, "told", made.told)
    return made


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    rarities.forget()
    forget_all()
    yield
    rarities.forget()
    forget_all()
