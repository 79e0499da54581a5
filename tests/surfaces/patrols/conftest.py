"""An inspector at a tablet."""

from __future__ import annotations

from tests.oversight.patrols.conftest import clerk, inspector
from tests.surfaces.desk.conftest import _quick_hashes, desk

__all__ = ["_quick_hashes", "clerk", "desk", "inspector"]
