"""What the tests of the portal share: a browser, and clean memories of the processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bangban.registry.catalog import reads as catalog
from bangban.registry.knowledge import reads as knowledge
from bangban.services.assistant.shelf import shelf
from bangban.surfaces.api import limits
from bangban.surfaces.portal import shell
from tests.cast import Cast, make_city
from tests.surfaces.portal.browser import Browser


@pytest.fixture(autouse=True)
def _forget_the_city() -> Iterator[None]:
    """Drop what this surface and its sources remember between requests."""
    for memory in (catalog, knowledge, limits, shell):
        memory.forget()
    shelf.clear()
    yield
    shelf.clear()


@pytest.fixture
def browser() -> Browser:
    """A citizen's browser without scripts."""
    return Browser()


@pytest.fixture
def transactional_city(transactional_db: None) -> Cast:
    """The city in a database that commits: signing in must not run inside a transaction."""
    return make_city()
