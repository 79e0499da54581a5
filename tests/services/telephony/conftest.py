"""The hotline for the tests of telephony."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.services.telephony.cast import Hotline, make_hotline


@pytest.fixture
def hotline(city: Cast) -> Hotline:
    """The hotline of the small city on a working morning."""
    return make_hotline()
