"""Only the API is mounted, and nobody has called before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import clear_url_caches

from bangban.foundation.access import tokens
from bangban.surfaces.api import endpoint, limits


@pytest.fixture(autouse=True)
def _api_alone(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.surfaces.api.urls"
    clear_url_caches()
    limits.forget()
    tokens._known.clear()
    endpoint._noted.clear()
    yield
    limits.forget()
