"""Browsers of citizens, screens and staff for pages of published information."""

from __future__ import annotations

from tests.surfaces.desk.conftest import _quick_hashes, desk
from tests.surfaces.portal.conftest import _forget_the_city, browser

__all__ = ["_forget_the_city", "_quick_hashes", "browser", "desk"]
