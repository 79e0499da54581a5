"""A hotline whose manager keeps the books."""

from __future__ import annotations

import pytest

from tests.hotline import Hotline, make_hotline


@pytest.fixture
def line(db: None) -> Hotline:
    """A hotline on a working morning."""
    return make_hotline()
