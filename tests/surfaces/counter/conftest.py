"""The people of the desk, their hall, and browsers that are signed in."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.hall import Hall, make_hall
from tests.services.counter.conftest import Counter, counter
from tests.surfaces.desk.conftest import Desk, _quick_hashes, desk

__all__ = ["Counter", "Desk", "Hall", "_quick_hashes", "counter", "desk"]


@pytest.fixture
def hall(city: Cast) -> Hall:
    """A furnished hall."""
    return make_hall(city)
