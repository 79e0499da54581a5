from __future__ import annotations

import pytest

from bangban.registry.catalog.models.items import Item
from tests.cast import Cast
from tests.services.guidance.steps import rich_item


@pytest.fixture
def rich(city: Cast) -> Item:
    """An item with situations, shared data and numbered conditions."""
    return rich_item(city)
