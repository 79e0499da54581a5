"""A hall for the tests of the queues."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.hall import Hall, make_hall


@pytest.fixture
def hall(city: Cast) -> Hall:
    """The small hall of the centre."""
    return make_hall(city)
