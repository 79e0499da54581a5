"""The hotline's desks with the pages of holdings."""

from __future__ import annotations

import pytest

from tests.hotline import Hotline, make_hotline
from tests.surfaces.desk.conftest import _quick_hashes, desk

__all__ = ["_quick_hashes", "desk"]


@pytest.fixture
def line(db: None) -> Hotline:
    """A hotline on a working morning."""
    return make_hotline()
